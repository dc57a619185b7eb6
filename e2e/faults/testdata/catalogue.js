// Provokes every metric of the catalogue, together with what the test does to the run from outside.
import { check, sleep } from 'liveload';
import { get } from 'liveload/http';
import { Parallelism } from 'liveload/throttles';

const since = Date.now();
while (Date.now() - since < 150); // users that start take a while, so that their first iteration is late

export const options = { duration: '1m', iterationTimeout: '30s', context: { ignoreHTTPSErrors: true } };

export const scenarios = {
  everything: { users: 2, iterationsPerUser: 1 },
  arrivals: { rate: '8/s', maxUsers: 2, preStartedUsers: 1, duration: '2s' },
  failing: { users: 1, duration: '1m', onFailure: 'stop' }, // until the test has killed its browser
};

export const config = (opts) => opts;

export const throttles = () => [Parallelism('gate', 1)];

// Each group is what one kind of metric takes.
export async function everything(user, { baseURL, siteURL, secureURL, helperURL }) {
  await user.throttle('gate');
  await sleep(300);
  await user.release('gate');
  await user.step('count', (u) => u.navigate(`${baseURL}/counter`).waitForLiveView().click('#inc').waitForText('#count', '1'));
  check(1, { 'one is one': (n) => n === 1 });
  await user.step('fails', (u) => u.click('#missing', { timeout: '50ms' })).catch(() => {});

  const room = `room-${user.id}`;
  await user.navigate(`${baseURL}/chat?room=${room}`).waitForLiveView()
    .type('#message', 'hello').waitForPhxLoading('change', '#chat-form').submitForm('#chat-form').waitForText('#messages', 'hello');
  await user.navigate(`${baseURL}/crash`).waitForLiveView().click('#inc').waitForText('#count', '1').click('#crash').waitForText('#count', '0').waitForLiveView();
  await user.navigate(`${baseURL}/products`).waitForLiveView().click('#next').waitForText('#page', '2').waitForLiveView();

  await user.evaluate(async (secure) => {
    dispatchEvent(new CustomEvent('phx:page-loading-start', { detail: { kind: 'patch' } }));
    dispatchEvent(new CustomEvent('phx:page-loading-start', { detail: { kind: 'patch' } })); // cancels the one before
    dispatchEvent(Object.defineProperty(new CustomEvent('phx:navigate'), 'detail', { get() { throw new Error('not understood') } }));
    console.error('said');
    setTimeout(() => { throw new Error('thrown') });
    setTimeout(() => { const end = performance.now() + 80; while (performance.now() < end); });
    new WebSocket('ws://127.0.0.1:1/');
    await fetch('http://127.0.0.1:1/').catch(() => {});
    await fetch(secure, { mode: 'cors' });
    await new Promise((quiet) => setTimeout(quiet, 400));
  }, secureURL);
  await user.screenshot('more than --max-disk gives');
  await user.navigate(`${siteURL}/offline`).waitForText('#said', 'from the server'); // a service worker
  await user.navigate(`${baseURL}/plain`); // what the page before has measured is on its way
  await get(`${helperURL}/done`);
}

export async function arrivals(user, { secureURL }) {
  await get(secureURL);
  await sleep(400);
}

// Waits in its browser until that is killed.
export async function failing(user, { baseURL, helperURL }) {
  await user.navigate(`${baseURL}/counter`).waitForLiveView();
  await get(`${helperURL}/waits`);
  await user.evaluate(() => new Promise(() => {}));
}
