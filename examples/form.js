// Fills a form with every kind of input. LiveView validates while the user types: each change is an
// event, and the form is only sent when the server has seen the last one.
//
//   liveload examples/form.js --users 5 --duration 1m

/** @param {Record<string, string>} opts */
export const config = (opts) => ({ baseURL: opts.baseURL ?? 'http://127.0.0.1:4000' });

/** @typedef {ReturnType<typeof config>} Config */

/**
 * @param {import('liveload').User} user
 * @param {Config} config
 */
export default async function (user, config) {
  await user.navigate(`${config.baseURL}/form`).waitForLiveView();

  // What the server refuses stands beside the input.
  await user.fill('#email', 'no address').waitForText('#email-error', 'is not an address');

  await user
    .fill('#text', u => `User ${u.id}`)
    .fill('#email', u => `user${u.id}@example.com`)
    .fill('#password', 'long enough')
    .fill('#number', 7)
    .fill('#date', '2026-02-03')
    .fill('#bio', 'Likes forms.\nA lot.')
    .check('#terms')
    .check('#interests-music')
    .check('#plan-pro')
    .selectOption('#country', 'fr')
    .selectMultipleOptions('#languages', ['en', 'it'])
    .waitForPhxLoading('change', '#profile-form')
    .submitForm('#profile-form')
    .waitForText('#result', 'plan=pro');

  const result = await user.innerText('#result');
  if (!result.includes(`email=user${user.id}@example.com`)) user.fail(`the form was saved as ${result}`);
}
