// Declarations of the module "liveload/throttles", and of what a user does with throttles.

declare module 'liveload/throttles' {
  import type { Duration } from 'liveload';

  /** A throttle, for the array that throttles(config) returns. */
  export interface Throttle {}

  /** How long a change of pace takes: all the time, or in equal steps. It begins with the run. */
  export type RampOptions = { duration: Duration } | { steps: number; interval: Duration };

  /** A throttle that lets a number of users pass in an interval. */
  export interface RateThrottle extends Throttle {
    /**
     * Says what the rate counts in; otherwise a minute.
     *
     * @example Rate('checkouts', 10).per('1s')
     */
    per(interval?: Duration): this;

    /**
     * Changes the rate to a target, in the same interval.
     *
     * @example Rate('checkouts', 10).ramp(100, { duration: '5m' })
     */
    ramp(target: number, options: RampOptions): this;
  }

  /** A throttle that lets one user pass in each interval. */
  export interface InterarrivalThrottle extends Throttle {
    /**
     * Changes the interval to a target.
     *
     * @example Interarrival('logins', '5s').ramp('500ms', { steps: 9, interval: '1m' })
     */
    ramp(target: Duration, options: RampOptions): this;
  }

  /**
   * Lets that many users pass in an interval (a minute, unless per says otherwise), evenly spread and without bursts.
   *
   * @example export const throttles = () => [Rate('checkouts', 600)]; // one every 100 ms
   */
  export function Rate(name: string, rate: number): RateThrottle;

  /**
   * Lets one user pass in each interval.
   *
   * @example export const throttles = () => [Interarrival('logins', '2s')];
   */
  export function Interarrival(name: string, interval: Duration): InterarrivalThrottle;

  /**
   * Lets that many users be inside at once: between user.throttle(name) and user.release(name), or the end of the iteration.
   *
   * @example export const throttles = () => [Parallelism('payments', 5)];
   */
  export function Parallelism(name: string, limit: number): Throttle;
}

declare module 'liveload' {
  export interface Operations {
    /**
     * Waits until a throttle lets the user pass. All users of the run wait in one queue, first come first served.
     *
     * @example await user.throttle('checkouts').click('#pay');
     */
    throttle(name: Arg<string>): Chain<void>;

    /**
     * Gives the user's place in a Parallelism back before the iteration ends. Nothing happens when it has none.
     *
     * @example await user.throttle('payments').click('#pay').waitForText('h1', 'Thanks').release('payments');
     */
    release(name: Arg<string>): Chain<void>;
  }
}
