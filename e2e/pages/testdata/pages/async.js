import { twice } from '../common.js';
export { config, options } from '../common.js';

export default twice(async (user, at) => {
  await user.navigate(at('/async?async_delay=100')).waitForLiveView()
    .waitForText('#async-state', 'ready')
    .click('#reload').waitForText('#loads', '2').waitForText('#async-state', 'ready');
});
