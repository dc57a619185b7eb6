// Users fill their carts as fast as they can, but the shop takes no more than a few orders a second: a
// throttle lets users through to the checkout one by one, and no more than three pay at once.
//
//   liveload examples/throttle.js --users 20 --duration 1m --config baseURL=http://127.0.0.1:4000
import { Rate, Parallelism } from 'liveload/throttles';

export const options = { users: 20, duration: '1m' };

/** @param {Record<string, string>} opts */
export const config = (opts) => ({
  baseURL: opts.baseURL ?? 'http://127.0.0.1:4000',
  orders: Number(opts.orders ?? 2), // a second
});

/** @typedef {ReturnType<typeof config>} Config */

/** @param {Config} config */
export function throttles(config) {
  return [
    Rate('orders', config.orders).per('1s').ramp(2 * config.orders, { duration: '1m' }),
    Parallelism('payments', 3),
  ];
}

/**
 * @param {import('liveload').User} user
 * @param {Config} config
 */
export default async function (user, config) {
  await user.navigate(`${config.baseURL}/products/12`).waitForLiveView()
    .click('#add-to-cart').waitForSelector('#flash-info')
    .navigate(`${config.baseURL}/cart`).waitForLiveView();
  await user.throttle('orders').throttle('payments')
    .click('#checkout').waitForURL('**/products').waitForLiveView()
    .release('payments');
}
