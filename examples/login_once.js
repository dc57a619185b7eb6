// Logs in once and gives the session to all users: each starts where the login has ended, so that the
// test loads the application and not its login.
//
//   liveload examples/login_once.js --users 10 --duration 20s --config baseURL=http://127.0.0.1:4000
//
// A login that needs a browser works the same way: take a snapshot with user.storageSnapshot(), keep its
// JSON in a file next to the script, and read it at the top level with JSON.parse(open('login.json')).

import http from 'liveload/http';

export const options = { users: 10, duration: '20s', iterationTimeout: '1m' };

// config is called once, and what it returns goes to every user.
export async function config(opts) {
  const baseURL = opts.baseURL ?? 'http://127.0.0.1:4000';
  const form = (await http.get(`${baseURL}/login`)).text();
  const token = form.match(/name="_csrf_token" value="([^"]+)"/)?.[1] ?? '';
  const done = await http.post(`${baseURL}/login`, new URLSearchParams({ _csrf_token: token, user: 'demo', password: 'secret' }));
  if (!done.url.endsWith('/account')) throw new Error(`cannot log in: ${done.url} answers with status ${done.status}`);
  return { baseURL, login: { cookies: await http.cookies(), origins: [] } };
}

export default async function (user, config) {
  if (user.iteration === 1) await user.restoreStorage(config.login);
  await user.navigate(`${config.baseURL}/account`).waitForLiveView()
    .waitForText('#account-user', 'demo')
    .fill('#name', u => `user ${u.id}`).submitForm('#rename-form')
    .waitForText('#account-name', u => `user ${u.id}`)
    .think('100ms', '500ms');
}
