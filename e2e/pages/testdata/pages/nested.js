import { twice } from '../common.js';
export { config, options } from '../common.js';

export default twice(async (user, at) => {
  const joined = (name) => user.waitForSelector(`#${name}.phx-connected`);
  const inc = (name, n) => user.click(`#${name}-inc`).waitForText(`#${name}-count`, n);
  await user.navigate(at('/nested')).waitForLiveView();
  for (const name of ['child-a', 'child-b', 'sticky']) await joined(name);
  await user.click('#parent-inc').waitForText('#parent-count', '1');
  await inc('child-a', 1);
  await inc('child-b', 1);
  await inc('sticky', 1);
  await user.click('#toggle-child');
  await joined('child-c');
  await inc('child-c', 1);
  await user.click('#toggle-child').waitForSelector('#child-c', { state: 'detached' });
  await user.click('#to-other').waitForSelector('#to-nested').waitForLiveView();
  await inc('sticky', 2);
  await user.click('#to-nested').waitForSelector('#to-other').waitForLiveView();
  for (const name of ['child-a', 'child-b']) await joined(name);
});
