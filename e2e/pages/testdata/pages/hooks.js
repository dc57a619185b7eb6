import { twice } from '../common.js';
export { config, options } from '../common.js';

export default twice(async (user, at) => {
  await user.navigate(at('/hooks')).waitForLiveView()
    .click('#echo').waitForText('#hook-reply', 'HELLO').waitForText('#hook-event', 'hello!').waitForText('#echo-count', '1')
    .click('#js-toggle').waitForSelector('#panel', { state: 'hidden' })
    .click('#js-show').waitForSelector('#panel')
    .click('#js-class').waitForSelector('#panel.done')
    .click('#js-dispatch').waitForSelector('#panel[data-marked=yes]')
    .click('#js-push').waitForText('#js-pushed', 'js')
    .click('#js-patch').waitForFunction(() => document.querySelector('#step').textContent !== '')
    .press('#keys', 'a').waitForText('#key-up', 'a').waitForText('#focus-state', 'focus')
    .blur('#keys').waitForText('#focus-state', 'blur')
    .fill('#search', 'shoes').waitForText('#found', 'SHOES')
    .click('#js-navigate').waitForSelector('#inc').waitForLiveView()
    .click('#inc').waitForText('#count', '1'); // by now the replies to the view that was left have come
});
