// Every kind of load and of what users share, at once. Each iteration tells a server what it was given.
import { sleep } from 'liveload';
import { shared } from 'liveload/data';
import { get } from 'liveload/http';
import { Parallelism, Rate } from 'liveload/throttles';

const tickets = shared('tickets', () => Array.from({ length: 40 }, (_, number) => ({ number })));
const few = shared('few', () => Array.from({ length: 5 }, (_, number) => ({ number })));

/** @type {import('liveload').ScriptOptions} */
export const options = { onFailure: 'continue', iterationTimeout: '1m' };

/** @type {import('liveload').Scenarios} */
export const scenarios = {
  arrivals: { exec: 'arrive', rate: '20/s', duration: '15s', maxUsers: 16, preStartedUsers: 4, session: 'user' },
  orders: { exec: 'order', users: 8, duration: '15s' },
  payments: { exec: 'pay', users: 8, duration: '8s' },
  tickets: { exec: 'take', users: 8, iterations: 40 },
  few: { exec: 'takeFew', users: 4, iterations: 7 },
  visits: { exec: 'visit', users: 5, iterationsPerUser: 3 },
  waves: { exec: 'wave', startTime: '4s', stages: [{ duration: '2s', target: 6 }, { duration: '2s', target: 6 }, { duration: '2s', target: 0 }] },
};

export const config = (opts) => opts;

export const throttles = () => [Rate('orders', 600), Parallelism('payments', 2)];

/** Tells the server. */
const tell = (user, { baseURL }, more = {}) =>
  get(`${baseURL}/${user.scenario}?` + new URLSearchParams({ user: user.id, iteration: user.iteration, node: user.node, ...more }));

export const arrive = (user, config) => tell(user, config);

export async function order(user, config) {
  await user.throttle('orders');
  await tell(user, config);
}

export async function pay(user, config) {
  await user.throttle('payments');
  await tell(user, config, { inside: 1 });
  await sleep(20);
  await tell(user, config, { inside: -1 });
}

export async function take(user, config) {
  await tell(user, config, { row: tickets.unique().number, next: few.next().number });
  await sleep(50);
}

export const takeFew = (user, config) => tell(user, config, { row: few.unique().number });

export const visit = (user, config) => tell(user, config);

export async function wave(user, config) {
  await tell(user, config);
  await sleep(100);
}
