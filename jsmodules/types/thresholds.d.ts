// What options.thresholds holds: more of the module "liveload".

declare module 'liveload' {
  /**
   * What a run promises: metrics, also with labels, and what is expected of them. See `liveload docs thresholds`.
   *
   * @example
   * /** @type {import('liveload').ScriptOptions} *\/
   * export const options = {
   *   thresholds: {
   *     liveview_event_duration_us: ['p(95)<250ms'],
   *     'checks{name:cart}': 'rate>99%',
   *     iteration_failures: [{ threshold: 'rate<1%', abortOnFail: true, delay: '30s' }],
   *   },
   * };
   */
  export interface Thresholds {
    [metric: string]: string | Threshold | (string | Threshold)[];
  }

  /**
   * An expectation that says more than its text.
   *
   * @example { threshold: 'p(95)<2s', optional: true }
   */
  export interface Threshold {
    /** An aggregation, a comparison and a limit: 'p(95)<250ms', 'rate>=99%', 'count==0'. */
    threshold: string;
    /** Ends the whole run as soon as it is not met; running iterations may finish. */
    abortOnFail?: boolean;
    /** How much of the run must be over before abortOnFail ends it. */
    delay?: Duration;
    /** Is met also when nothing was measured. */
    optional?: boolean;
  }
}
