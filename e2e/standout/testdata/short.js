// Each scenario works one page of the demo for some seconds: first those that misbehave, each with the fault that it is
// named for, then healthy ones.
import { sleep } from 'liveload';

export const options = { duration: '4m', iterationTimeout: '2m', onFailure: 'continue' };

export const scenarios = {
  search: { users: 1, iterationsPerUser: 1 },
  report: { users: 1, iterationsPerUser: 1 },
  ticker: { users: 1, iterationsPerUser: 1 },
  unstable: { users: 6, iterationsPerUser: 1 },
  flaky: { users: 3, iterationsPerUser: 1 },
  cold: { users: 5, iterationsPerUser: 1 },
  busy: { users: 2, iterationsPerUser: 1 },
  slow: { users: 2, iterationsPerUser: 1 },
  large: { users: 1, iterationsPerUser: 5 },
  chatty: { users: 1, iterationsPerUser: 3 },
  broken: { users: 1, iterationsPerUser: 14 },
  healthy_shop: { users: 1, iterationsPerUser: 2 },
  healthy_forms: { users: 1, iterationsPerUser: 2 },
  healthy_lists: { users: 1, iterationsPerUser: 2 },
};

export const config = (opts) => opts;

export const search = (user, { baseURL }) => user.navigate(`${baseURL}/misbehaving/search`).waitForLiveView()
  .type('#words', 'what is found without waiting', { delay: 20 }).waitForText('#searches', '29');

export const report = (user, { baseURL }) => times(5, user.navigate(`${baseURL}/misbehaving/report`).waitForLiveView(),
  (page, n) => page.click('#refresh').waitForText('#refreshed', String(n)));

export const ticker = (user, { baseURL }) => user.navigate(`${baseURL}/misbehaving/ticker`).waitForLiveView().waitForText('#ticks', '7');

export async function unstable(user, { baseURL }) {
  await user.navigate(`${baseURL}/misbehaving/unstable`).waitForLiveView().waitForText('#here', '6', { timeout: '60s' });
  if (user.id % 6 === 0) await user.click('#cut'); // one of six
  await sleep(3000); // which the clients need to come back
  await user.waitForLiveView();
}

export async function flaky(user, { baseURL }) {
  await user.navigate(`${baseURL}/misbehaving/flaky`).waitForLiveView();
  await sleep(6000);
}

export const cold = (user, { baseURL }) => user.navigate(`${baseURL}/misbehaving/cold?first=3000`).waitForLiveView().waitForText('#visits', '1')
  .reload().waitForLiveView().waitForText('#visits', '2');

export const busy = (user, { baseURL }) => times(5, user.navigate(`${baseURL}/misbehaving/busy?work=600`).waitForLiveView(),
  (page, n) => page.click('#draw').waitForText('#drawn', String(n)));

export const slow = (user, { baseURL }) => times(5, user.navigate(`${baseURL}/counter?delay=1200`).waitForLiveView(),
  (page, n) => page.click('#inc').waitForText('#count', String(n)));

export const large = (user, { baseURL }) => user.navigate(`${baseURL}/table?rows=5000`).waitForLiveView();

export const chatty = (user, { baseURL }) => user.navigate(`${baseURL}/chatty`).waitForText('#chatty-state', 'done');

export async function broken(user, { baseURL }) {
  if (user.iteration === 1) await user.navigate(`${baseURL}/counter`).waitForLiveView();
  await user.step('pay', (u) => u.click('#pay', { timeout: '1s' }));
}

export const healthy_shop = (user, { baseURL }) => user.navigate(`${baseURL}/products`).waitForLiveView()
  .click('#next').waitForText('#page', '2').click('#product-11').waitForSelector('#add-to-cart').waitForLiveView()
  .click('#add-to-cart').waitForText('#cart-count', '1').click('#to-cart').waitForSelector('#checkout');

export const healthy_forms = (user, { baseURL }) => user.navigate(`${baseURL}/counter`).waitForLiveView()
  .click('#inc').waitForText('#count', '1')
  .navigate(`${baseURL}/form`).waitForLiveView().fill('#text', 'Ann').fill('#email', 'ann@example.org').check('#terms')
  .navigate(`${baseURL}/hooks`).waitForLiveView().type('#search', 'red shoes').waitForText('#found', 'RED SHOES')
  .navigate(`${baseURL}/chat?room=own-${user.id}`).waitForLiveView().fill('#message', 'hello').submitForm('#chat-form').waitForText('#messages', 'hello');

export const healthy_lists = (user, { baseURL }) => user.navigate(`${baseURL}/table`).waitForLiveView()
  .click('#sort-name').waitForText('#sorted', 'name').click('#update-last').waitForText('#updates', '1')
  .navigate(`${baseURL}/nested`).waitForLiveView().click('#toggle-child').waitForSelector('#child-c').click('#toggle-child')
  .navigate(`${baseURL}/async`).waitForText('#async-state', 'ready').navigate(`${baseURL}/plain`);

// times does something to a page again and again.
function times(n, page, act) {
  for (let i = 1; i <= n; i++) page = act(page, i);
  return page;
}
