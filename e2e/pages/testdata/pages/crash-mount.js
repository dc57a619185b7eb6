import { twice } from '../common.js';
export { config, options } from '../common.js';

export default twice(async (user, at) => {
  await user.navigate(at('/crash?crash_mount=1')).waitForSelector('.phx-error', { state: 'attached' });
});
