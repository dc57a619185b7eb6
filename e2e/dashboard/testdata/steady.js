// An iteration clicks, and then takes its time.
import { sleep } from 'liveload';

export const options = { users: 2, duration: '1m', iterationTimeout: '30s' };

export const config = (opts) => opts;

export default async function (user, { baseURL, pause }) {
  await user.navigate(`${baseURL}/counter`).waitForLiveView().click('#inc').waitForText('#count', '1');
  await sleep(pause);
}
