import { twice } from '../common.js';
export { config, options } from '../common.js';

// A view that was lost begins anew with 0.
export default twice(async (user, at) => {
  await user.navigate(at('/crash')).waitForLiveView()
    .click('#inc').waitForText('#count', '1')
    .click('#crash').waitForText('#count', '0').waitForLiveView()
    .click('#inc').waitForText('#count', '1')
    .click('#disconnect').waitForText('#count', '0').waitForLiveView();
});
