// Takes a row that nobody else may have, tells a server which, clicks twice, and leaves the processors some time.
import { sleep } from 'liveload';
import { shared } from 'liveload/data';
import { get } from 'liveload/http';

const rows = shared('rows', () => Array.from({ length: 10_000 }, (_, number) => ({ number })));

export const options = { users: 4, iterationsPerUser: 1 };

export const config = (opts) => opts;

export default async function (user, config) {
  await get(`${config.witness}/rows?row=${rows.unique().number}`);
  await user.navigate(`${config.baseURL}/counter`).waitForLiveView();
  for (const clicks of ['1', '2']) await user.click('#inc').waitForText('#count', clicks);
  await sleep(4000);
}
