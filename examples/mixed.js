// Several scenarios side by side: most visitors look around, some buy, and beside them people log in at a
// rate of their own, however slow the application is.
//
//   liveload examples/mixed.js --users 20 --duration 5m --config baseURL=http://127.0.0.1:4000
//   liveload inspect examples/mixed.js --users 20
//
// --users is divided by the weights. docs/load-model.md has the rules.

/** @type {import('liveload').ScriptOptions} */
export const options = { users: 10, duration: '20s', rampUp: '2s', iterationTimeout: '1m' };

/** @type {import('liveload').Scenarios} */
export const scenarios = {
  visitors: { exec: 'browse', weight: 70 },
  buyers: { exec: 'buy', weight: 30 },
  logins: { exec: 'login', rate: '2/s', maxUsers: 10, tags: { team: 'accounts' } },
};

/** @param {Record<string, string>} opts */
export const config = (opts) => ({
  baseURL: opts.baseURL ?? 'http://127.0.0.1:4000',
  think: opts.think ?? '1s',
});

/** @typedef {ReturnType<typeof config>} Config */

/**
 * @param {import('liveload').User} user
 * @param {Config} config
 */
export async function browse(user, config) {
  await user.navigate(`${config.baseURL}/products`).waitForLiveView()
    .think(config.think)
    .click('#next').waitForText('#page', '2')
    .think(config.think)
    .click('#product-12').waitForText('#product-name', 'Product 12').waitForLiveView();
}

/**
 * @param {import('liveload').User} user
 * @param {Config} config
 */
export async function buy(user, config) {
  await user.navigate(`${config.baseURL}/products`).waitForLiveView()
    .click('#product-3').waitForText('#product-name', 'Product 3').waitForLiveView()
    .think(config.think)
    .click('#add-to-cart').waitForSelector('#flash-info')
    .click('#to-cart').waitForSelector('#line-3').waitForLiveView()
    .click('#checkout').waitForURL('**/products').waitForLiveView();
}

/**
 * @param {import('liveload').User} user
 * @param {Config} config
 */
export async function login(user, config) {
  await user.navigate(`${config.baseURL}/login`)
    .fill('#login-user', 'demo').fill('#login-password', 'secret').click('#login-submit')
    .waitForURL('**/account').waitForLiveView()
    .click('#logout').waitForURL('**/login').waitForSelector('#login-form');
}
