// Users with data of their own: each is another guest of a CSV file, and looks at products of a JSON file
// at random. The files are read once, however many users there are.
//
//   liveload examples/data.js --users 10 --duration 1m --config baseURL=http://127.0.0.1:4000
import { check } from 'liveload';
import { csv, json, shared } from 'liveload/data';

const guests = csv('data/guests.csv'); // twelve: more users would find no row left

/** @type {import('liveload/data').Rows<{ id: number, name: string, price: number }>} */
const products = json('data/products.json');

const passwords = shared('passwords', () => guests.map((_, i) => `long enough ${i}`));

export const options = { users: 10, duration: '1m' };

/** @param {Record<string, string>} opts */
export const config = (opts) => ({ baseURL: opts.baseURL ?? 'http://127.0.0.1:4000' });

/** @typedef {ReturnType<typeof config>} Config */

/**
 * @param {import('liveload').User} user
 * @param {Config} config
 */
export default async function (user, config) {
  const guest = user.assigns.guest ??= guests.unique(); // the same one in every iteration
  const product = products.random();

  await user.navigate(`${config.baseURL}/products/${product.id}`).waitForLiveView();
  check(await user.innerText('#product-name'), { 'the right product': name => name === product.name });
  check(Number(await user.innerText('#price')), { 'the right price': price => price === product.price });

  await user.navigate(`${config.baseURL}/form`).waitForLiveView()
    .fill('#text', guest.name).fill('#email', guest.email).fill('#password', passwords.next())
    .fill('#number', 1).fill('#bio', guest.note).check('#terms')
    .waitForPhxLoading('change', '#profile-form')
    .submitForm('#profile-form').waitForText('#result', `email=${guest.email}`);
}
