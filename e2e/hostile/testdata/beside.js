// People work the counter while others have hostile pages open, one page after the other.
import { sleep } from 'liveload';

export const options = { duration: '5m', iterationTimeout: '3m', timeout: '150s', onFailure: 'continue' };

export const scenarios = {
  honest: { users: 2, iterationsPerUser: 4 },
  hostile: { users: 2, iterationsPerUser: 6 },
};

export const config = (opts) => opts;

export async function honest(user, { baseURL }) {
  await user.navigate(`${baseURL}/counter`).waitForLiveView();
  for (let n = 1; n <= 5; n++) {
    await user.click('#inc').waitForText('#count', String(n));
    await sleep(200); // as long as the others take
  }
  await user.navigate(`${baseURL}/plain`); // the socket of the page before has closed
}

let visited = 0;

export async function hostile(user, { hostileURL, pages, ended }) {
  const page = pages.split(',')[(user.id % 2) * 6 + visited++]; // half of them for each user
  if (!page) return;
  await user.navigate(`${hostileURL}/${page}`);
  if (ended.split(',').includes(page)) await user.waitForSelector('#never');
  await sleep(500);
}
