// What users do at random.
import { shared } from 'liveload/data';
import { get } from 'liveload/http';

const rows = shared('rows', () => Array.from({ length: 1000 }, (_, number) => ({ number })));

export const options = { users: 8, iterationsPerUser: 3 };

export const config = (opts) => opts;

export default async function (user, { baseURL }) {
  await get(`${baseURL}/choices?` + new URLSearchParams({
    user: user.id, iteration: user.iteration, node: user.node, choice: `${Math.random()} ${rows.random().number}`,
  }));
}
