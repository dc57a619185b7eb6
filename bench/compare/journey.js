// Visits three pages of the demo, with pauses of a person who is in a hurry. The counter's events take `delay`
// milliseconds longer, and only they.

export const options = { users: 2, duration: '40s', onFailure: 'continue', iterationTimeout: '1m' };

/** @param {Record<string, string>} opts */
export const config = (opts) => ({ baseURL: opts.baseURL, delay: opts.delay ?? '0' });

/** @typedef {ReturnType<typeof config>} Config */

/**
 * @param {import('liveload').User} user
 * @param {Config} config
 */
export default async function (user, config) {
  await user.navigate(`${config.baseURL}/counter?delay=${config.delay}`).waitForLiveView();
  for (let clicks = 1; clicks <= 3; clicks++) {
    await user.think('100ms').click('#inc').waitForText('#count', String(clicks));
  }
  await user.navigate(`${config.baseURL}/todos`).waitForLiveView()
    .fill('#todo-title', 'Compare two runs').click('#add').waitForSelector('#todo-1')
    .think('100ms').click('#toggle-1').waitForSelector('#todo-1.done')
    .think('100ms').click('#delete-1').waitForSelector('#todo-1', { state: 'detached' });
  await user.navigate(`${config.baseURL}/products`).waitForLiveView()
    .click('#next').waitForText('#page', '2')
    .think('100ms').click('#product-12').waitForText('#product-name', 'Product 12').waitForLiveView()
    .click('#add-to-cart').waitForSelector('#flash-info').think('100ms');
}
