// Two iterations of each user click; the third one only waits.
import { sleep } from 'liveload';
import { current } from 'liveload/execution';

export const options = { users: 2, duration: '1h', iterationTimeout: '1h', session: 'iteration' };

export const config = (opts) => opts;

export default async function (user, { baseURL }) {
  if (current().iteration > 2) {
    return sleep(3_000_000);
  }
  await user.navigate(`${baseURL}/counter`).waitForLiveView().click('#inc').waitForText('#count', '1');
}
