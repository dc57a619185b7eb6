// Five clicks by each of two users, and promises about them: some are kept, some are not.
import { check, sleep } from 'liveload';

/** @type {import('liveload').ScriptOptions} */
export const options = {
  users: 2,
  thresholds: {
    'liveview_events{event:inc}': 'count==10',
    'liveview_event_duration_us{event:inc}': ['count==10', 'max<30s', 'p(50)<1us'],
    'action_duration_us{operation:click}': 'min>0',
    'checks{name:first user}': ['rate==50%', 'rate>0.9'],
    'http_requests{status:2xx}': 'rate>10%',
    iterations: 'rate>0/s',
    'generator_cpu_percent': 'max<=100%',
  },
};

/** @param {Record<string, string>} opts */
export const config = (opts) => opts;

/** @typedef {ReturnType<typeof config>} Config */

/**
 * @param {import('liveload').User} user
 * @param {Config} config
 */
export default async function (user, config) {
  await user.navigate(`${config.baseURL}/counter`).waitForLiveView();
  for (let n = 1; n <= 5; n++) await user.click('#inc').waitForText('#count', n);
  check(user.id, { 'first user': (id) => id === 1 });
  await sleep(1500); // the machine is measured once a second
  await user.halt();
}
