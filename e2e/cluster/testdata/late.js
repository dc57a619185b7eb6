// Iterates as steady.js does, but some iterations of each user fail, when they have all been well for a while.
import { sleep } from 'liveload';

export const options = { users: 2, iterationTimeout: '30s', onFailure: 'continue' };

export const config = (opts) => opts;

export default async function (user, { baseURL, pause }) {
  await user.navigate(`${baseURL}/counter`).waitForLiveView().click('#inc').waitForText('#count', '1');
  await sleep(pause);
  if (user.iteration > 30 && user.iteration < 34) user.fail('late');
}
