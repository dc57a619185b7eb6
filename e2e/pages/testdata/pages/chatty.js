import { twice } from '../common.js';
export { config, options } from '../common.js';

export default twice(async (user, at) => {
  await user.navigate(at('/chatty')).waitForText('#chatty-state', 'done');
});
