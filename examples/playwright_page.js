// What the operations lack, done with Playwright's own objects: user.page is Playwright's Page and speaks
// of the same page as the operations do. For hints in an editor: npm install playwright-core@1.57.
//
//   liveload examples/playwright_page.js --users 5 --duration 20s --config baseURL=http://127.0.0.1:4000

export const options = { users: 5, duration: '20s', iterationTimeout: '1m' };

export function config(opts) {
  return { baseURL: opts.baseURL ?? 'http://127.0.0.1:4000' };
}

export default async function (user, config) {
  const { page } = user;

  // Answer what third parties would: this request never reaches the network.
  await page.route('**/recommendations', async (route) => {
    await route.fulfill({ json: { product: 7 } });
  });

  // Listen to what the page does. Listeners and routes end with the iteration.
  const failed = [];
  page.on('requestfailed', (request) => { failed.push(request.url()); });

  await page.goto(`${config.baseURL}/products`);
  await user.waitForLiveView();

  const { product } = await page.evaluate(() => fetch('/recommendations').then((answer) => answer.json()));
  await page.getByRole('link', { name: `Product ${product}`, exact: true }).click();
  await page.waitForURL(/products\/\d+/);

  // Locators and operations mix.
  await page.getByRole('button', { name: 'Add to cart' }).click();
  await user.waitForPhxLoading('click', '#add-to-cart');
  await page.locator('#cart-count').filter({ hasText: /^[1-9]/ }).waitFor();

  // A second window of the same visitor has the same cart.
  const other = await user.context.newPage();
  await other.goto(`${config.baseURL}/cart`);
  await other.getByText(`Product ${product}`).first().waitFor();
  await other.close();

  if (failed.length > 0) user.fail(`requests failed: ${failed.join(', ')}`);
}
