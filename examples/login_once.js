// Logs in once and gives the session to all users: each starts where the login has ended, so that the
// test loads the application and not its login.
//
//   liveload examples/login_once.js --users 10 --duration 20s --config baseURL=http://127.0.0.1:4000

export const options = { users: 10, duration: '20s', iterationTimeout: '1m' };

export function config(opts) {
  return { baseURL: opts.baseURL ?? 'http://127.0.0.1:4000' };
}

// setup is called once in the run, and what it returns goes to every user.
export async function setup(config, user) {
  await user.navigate(`${config.baseURL}/login`)
    .fill('#login-form input[name=user]', 'demo').fill('#login-form input[name=password]', 'secret')
    .submitForm('#login-form').waitForURL('**/account').waitForLiveView();
  return { login: await user.storageSnapshot() };
}

export default async function (user, config, { login }) {
  if (user.iteration === 1) await user.restoreStorage(login);
  await user.navigate(`${config.baseURL}/account`).waitForLiveView()
    .waitForText('#account-user', 'demo')
    .fill('#name', u => `user ${u.id}`).submitForm('#rename-form')
    .waitForText('#account-name', u => `user ${u.id}`)
    .think('100ms', '500ms');
}
