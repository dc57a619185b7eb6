// What one user does, again and again, until the duration is over.
import { sleep } from 'liveload';

/** @type {import('liveload').ScriptOptions} */
export const options = { users: 2, duration: '20s', iterationTimeout: '1m' };

/**
 * Runs once. `--config baseURL=https://staging.example.com` arrives here; what it returns is the
 * second argument of the scenario.
 *
 * @param {Record<string, string>} opts
 */
export function config(opts) {
  return { baseURL: opts.baseURL ?? 'http://127.0.0.1:4000' };
}

/** @typedef {ReturnType<typeof config>} Config */

/**
 * @param {import('liveload').User} user
 * @param {Config} config
 */
export default async function (user, config) {
  await user.navigate(`${config.baseURL}/counter`).waitForLiveView();
  await user.click('#inc').waitForText('#count', '1');
  await sleep('1s');
}
