import { twice } from '../common.js';
export { config, options } from '../common.js';

export default twice(async (user, at) => {
  await user.navigate(at('/login/live')).waitForLiveView()
    .fill('#login-user', 'demo').fill('#login-password', 'wrong').click('#login-submit').waitForText('#login-error', 'Wrong')
    .fill('#login-password', 'secret').click('#login-submit').waitForURL('**/account').waitForLiveView()
    .click('#logout').waitForURL('**/login').waitForSelector('#login-form');
});
