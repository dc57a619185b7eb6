// A shop journey: browse products, put some into the cart, look at it, check out. What a user keeps in
// user.assigns outlives the iteration.
//
//   liveload examples/shop.js --users 20 --duration 5m --ramp-up 30s
import { sleep } from 'liveload';

export const options = { onFailure: 'continue' };

/** @param {Record<string, string>} opts */
export const config = (opts) => ({
  baseURL: opts.baseURL ?? 'http://127.0.0.1:4000',
  think: opts.think ?? '1s', // between two steps of a person
});

/** @typedef {ReturnType<typeof config>} Config */

/**
 * @param {import('liveload').User} user
 * @param {Config} config
 */
export default async function (user, config) {
  await user.navigate(`${config.baseURL}/products`).waitForLiveView()
    .click('#next').waitForText('#page', 2);

  for (const product of [12, 15]) {
    await sleep(config.think);
    await user.click(`#product-${product}`).waitForText('#product-name', `Product ${product}`).waitForLiveView()
      .innerText('#price', { as: 'price' })
      .click('#add-to-cart').waitForSelector('#flash-info')
      .navigate(`${config.baseURL}/products?page=2`).waitForLiveView();
  }

  await user.click('#to-cart').waitForSelector('#line-15').waitForLiveView()
    .click('#more-12').waitForText('#qty-12', 2)
    .click('#remove-15').waitForSelector('#line-15', { state: 'detached' })
    .innerText('#total', { as: 'total' });
  await sleep(config.think);
  await user.click('#checkout').waitForURL('**/products').waitForLiveView();

  user.assigns.orders = (user.assigns.orders ?? 0) + 1;
  console.debug(`order ${user.assigns.orders}: ${user.assigns.total}, the last price was ${user.assigns.price}`);
}
