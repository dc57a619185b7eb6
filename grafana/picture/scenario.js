// What the pictures in docs/grafana.md show: people who look around and buy in the demo's shop, and a page that breaks now
// and then.
import { check } from 'liveload';
import { browse } from '../../examples/mixed.js';

export { browse };

/** @type {import('liveload').ScriptOptions} */
export const options = { onFailure: 'continue', rampUp: '20s' };

/** @type {import('liveload').Scenarios} */
export const scenarios = {
  visitors: { exec: 'browse', weight: 60 },
  buyers: { exec: 'buy', weight: 40 },
  breaking: { exec: 'breakIt', users: 1, rampUp: 0, startTime: '30s' },
};

/** @param {Record<string, string>} opts */
export const config = (opts) => ({ baseURL: opts.baseURL ?? 'http://127.0.0.1:4000', think: '1s', delay: opts.delay ?? '20' });

/** @typedef {ReturnType<typeof config>} Config */

/**
 * @param {import('liveload').User} user
 * @param {Config} config
 */
export async function buy(user, config) {
  await user.step('look', (u) => u.navigate(`${config.baseURL}/products?delay=${config.delay}`).waitForLiveView()
    .click('#product-3').waitForText('#product-name', 'Product 3').waitForLiveView());
  await user.think(config.think);
  await user.step('put into the cart', (u) => u.click('#add-to-cart').waitForSelector('#flash-info')
    .click('#to-cart').waitForSelector('#line-3').waitForLiveView());
  const total = await user.innerText('#total');
  check(total, { 'the cart is not empty': (text) => !text.includes('0.00') });
  await user.step('check out', (u) => u.click('#checkout').waitForURL('**/products**').waitForLiveView());
}

/**
 * @param {import('liveload').User} user
 * @param {Config} config
 */
export async function breakIt(user, config) {
  await user.navigate(`${config.baseURL}/crash`).waitForLiveView().click('#inc').waitForText('#count', '1')
    .think('2s').click('#disconnect').waitForLiveView().think('2s').click('#crash');
  await user.waitForText('#count', '99', { timeout: '1s' });
}
