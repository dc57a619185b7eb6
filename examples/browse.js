// The smallest scenario: open a page, wait for LiveView, click, and wait until it has answered.
//
//   liveload examples/browse.js --users 25 --duration 5m --config baseURL=http://127.0.0.1:4000

/** @param {Record<string, string>} opts */
export const config = (opts) => ({ baseURL: opts.baseURL ?? 'http://127.0.0.1:4000' });

/** @typedef {ReturnType<typeof config>} Config */

/**
 * @param {import('liveload').User} user
 * @param {Config} config
 */
export default async function (user, config) {
  await user.navigate(`${config.baseURL}/counter`)
    .waitForLiveView()
    .click('#inc')
    .waitForPhxLoading('click', '#inc');
}
