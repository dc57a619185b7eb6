import { twice } from '../common.js';
export { config, options } from '../common.js';

export default twice(async (user, at) => {
  await user.navigate(at('/counter')).waitForLiveView();
  for (let n = 1; n <= 5; n++) await user.click('#inc').waitForText('#count', n);
  await user.click('#dec').waitForText('#count', '4').click('#dec').waitForText('#count', '3');
});
