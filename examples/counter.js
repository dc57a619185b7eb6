// Opens the counter, waits until LiveView is connected, and clicks: each user sees its own counter.
//
//   liveload examples/counter.js --users 10 --duration 20s --config baseURL=http://127.0.0.1:4000

export const options = { users: 10, duration: '20s', iterationTimeout: '1m' };

/** @param {Record<string, string>} opts */
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
  for (let clicks = 1; clicks <= 5; clicks++) {
    await user.click('#inc').waitForText('#count', String(clicks));
  }
}
