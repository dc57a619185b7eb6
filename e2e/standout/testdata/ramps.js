// More and more users on pages that cannot carry them, and on one that can.
import { sleep } from 'liveload';

const ramp = [{ duration: '45s', target: 10 }, { duration: '5s', target: 10 }];

export const options = { iterationTimeout: '20s', onFailure: 'continue', grace: '1s' };

export const scenarios = { crowd: { stages: ramp }, full: { stages: ramp }, counter: { stages: ramp } };

export const config = (opts) => opts;

export async function crowd(user, { baseURL }) {
  await user.navigate(`${baseURL}/misbehaving/crowd?each=40`).waitForLiveView();
  for (let n = 1; n <= 8; n++) {
    await user.click('#look').waitForText('#looks', String(n));
    await sleep(300);
  }
}

export async function full(user, { baseURL }) {
  await user.navigate(`${baseURL}/misbehaving/full?room=6`).waitForLiveView();
  const full = (await user.innerText('#state')) === 'full';
  await sleep(1000);
  if (full) throw new Error('turned away');
}

export async function counter(user, { baseURL }) {
  await user.navigate(`${baseURL}/counter`).waitForLiveView();
  for (let n = 1; n <= 8; n++) {
    await user.click('#inc').waitForText('#count', String(n));
    await sleep(700);
  }
}
