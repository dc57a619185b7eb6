// Counts and measures what matters to this shop, beside what liveload measures by itself: orders by what
// was bought, their value, whether pages of products are full, and the cart. All of it is in the Result.
//
//   liveload examples/metrics.js --users 10 --duration 1m --config baseURL=http://127.0.0.1:4000
import { check } from 'liveload';
import { Counter, Gauge, RateMetric, Trend } from 'liveload/metrics';

const orders = new Counter('orders');
const orderTime = new Trend('order_us'); // _us: shown as time
const fullPages = new RateMetric('full_pages');
const cartValue = new Gauge('cart_value');

export const options = { users: 10, duration: '1m' };

/** @param {Record<string, string>} opts */
export const config = (opts) => ({ baseURL: opts.baseURL ?? 'http://127.0.0.1:4000' });

/** @typedef {ReturnType<typeof config>} Config */

/**
 * @param {import('liveload').User} user
 * @param {Config} config
 */
export default async function (user, config) {
  await user.navigate(`${config.baseURL}/products?page=1`).waitForLiveView();
  fullPages.add(await user.count('#products li') === 10);

  const product = 12 + user.iteration % 2;
  const tags = { product };
  const began = performance.now();
  await user.step('order', async u => {
    await u.navigate(`${config.baseURL}/products/${product}`).waitForLiveView()
      .click('#add-to-cart').waitForSelector('#flash-info')
      .navigate(`${config.baseURL}/cart`).waitForLiveView();
    const total = Number((await u.innerText('#total')).replace(/[^\d.]/g, ''));
    check(total, { 'the cart has a value': t => t > 0 }, tags);
    cartValue.set(total, tags);
    await u.click('#checkout').waitForURL('**/products').waitForLiveView();
  });
  orderTime.add((performance.now() - began) * 1000, tags);
  orders.add(1, tags);
}
