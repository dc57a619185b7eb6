import { twice } from '../common.js';
export { config, options } from '../common.js';

export default twice(async (user, at) => {
  await user.navigate(at('/table?rows=300')).waitForLiveView()
    .click('#sort-name').waitForText('#sorted', 'name')
    .click('#sort-value').waitForText('#sorted', 'value')
    .click('#update-first').waitForText('#updates', '1')
    .click('#update-last').waitForText('#updates', '2');
});
