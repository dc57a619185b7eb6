// A site without LiveView: fetch and XMLHttpRequest, pages that change their address themselves, shadow DOM, a frame,
// a popup, a download and a service worker. The site is in examples/site.
//
//   go run ./examples/site/serve
//   liveload examples/site/site.js --users 5 --duration 30s --config baseURL=http://127.0.0.1:4100
import { check } from 'liveload';

export const options = { users: 5, duration: '30s' };

/** @param {Record<string, string>} opts */
export const config = (opts) => ({ baseURL: opts.baseURL ?? 'http://127.0.0.1:4100' });

/** @typedef {ReturnType<typeof config>} Config */

/**
 * @param {import('liveload').User} user
 * @param {Config} config
 */
export default async function (user, config) {
  const { page } = user;
  await user.navigate(config.baseURL);
  check(await page.frameLocator('iframe').locator('#weather').innerText(), { 'the frame has loaded': (text) => text !== '' });
  await user.waitForText('#banner', 'Everything must go!');

  // fetch, then pushState, then XMLHttpRequest
  await user.step('choose', (u) => u.click('#load').click('.product >> nth=2').waitForText('#title', 'Product 3').waitForURL('**/products/3'));
  await user.step('buy', (u) => u.click('#buy').waitForText('#order', 'is placed'));
  await user.goBack().waitForText('#title', 'Products');

  // selectors reach into shadow roots
  await user.click('cart-counter button').click('cart-counter button').waitForText('cart-counter output', '2');

  const [help] = await Promise.all([page.waitForEvent('popup'), user.click('#help')]);
  await help.waitForSelector('text=Click on what you want');
  await help.close();

  const [download] = await Promise.all([page.waitForEvent('download'), user.click('#export')]);
  check(download.suggestedFilename(), { 'it has its name': (name) => name === 'products.csv' });

  await user.navigate(`${config.baseURL}/offline`).waitForText('#worker', 'ready').waitForText('#said', 'from the server');
}
