import { twice } from '../common.js';
export { config, options } from '../common.js';

const logIn = (user, password) => user.fill('#login-user', 'demo').fill('#login-password', password).click('#login-submit');

export default twice(async (user, at) => {
  await user.navigate(at('/account')).waitForURL('**/login').waitForText('#flash-error', 'Log in first.');
  await logIn(user, 'wrong').waitForText('#login-error', 'Wrong');
  await logIn(user, 'secret').waitForURL('**/account').waitForLiveView()
    .fill('#name', 'Ada').submitForm('#rename-form').waitForText('#account-name', 'Ada')
    .click('#logout').waitForURL('**/login').waitForSelector('#login-form');
});
