// What a run promises: fast events, checks that hold, hardly a failure. When one of them is not kept,
// liveload ends with exit code 99; too many failures end the whole run at once.
//
//   liveload examples/thresholds.js --users 20 --duration 1m --summary-junit junit.xml
//   liveload examples/thresholds.js --threshold 'liveview_event_duration_us{event:inc}:p(99)<100ms'
import { check } from 'liveload';

/** @type {import('liveload').ScriptOptions} */
export const options = {
  onFailure: 'continue',
  thresholds: {
    liveview_event_duration_us: ['p(95)<5s', 'avg<2.5s'],
    'liveview_event_duration_us{event:inc}': 'count>0',
    'checks{name:counts}': 'rate==100%',
    iteration_failures: [{ threshold: 'rate<1%', abortOnFail: true, delay: '10s' }],
    'http_requests{status:5xx}': 'rate<0.1%',
    browser_js_errors: 'count==0',
    // Nobody may lose the connection, and then there is nothing to measure.
    liveview_reconnection_duration_us: { threshold: 'p(99.9)<10s', optional: true },
  },
};

/** @param {Record<string, string>} opts */
export const config = (opts) => ({ baseURL: opts.baseURL ?? 'http://127.0.0.1:4000' });

/** @typedef {ReturnType<typeof config>} Config */

/**
 * @param {import('liveload').User} user
 * @param {Config} config
 */
export default async function (user, config) {
  await user.navigate(`${config.baseURL}/counter`).waitForLiveView()
    .click('#inc').waitForText('#count', 1)
    .click('#inc').waitForText('#count', 2);
  check(await user.innerText('#count'), { counts: (text) => text.trim() === '2' });
}
