// Declarations of the module "liveload/metrics".

declare module 'liveload/metrics' {
  /** Distinguishes samples of a metric: up to 8, of few different values. */
  export type Tags = Record<string, string | number | boolean>;

  /** What is shown beside the values: 'us' as time, 'bytes' as size, 'percent', or a unit of your own. */
  export type Options = { unit: string };

  /**
   * A sum that only grows. Its name has letters, digits and _.
   *
   * @example const orders = new Counter('orders');
   */
  export class Counter {
    constructor(name: string, options?: Options);
    readonly name: string;

    /**
     * Adds a whole number, 1 if nothing else is said.
     *
     * @example orders.add(1, { plan: 'pro' });
     */
    add(count?: number, tags?: Tags): void;
  }

  /**
   * A value that goes up and down. The last one is kept, with the smallest and the largest.
   *
   * @example const stock = new Gauge('stock');
   */
  export class Gauge {
    constructor(name: string, options?: Options);
    readonly name: string;

    /**
     * Sets the value.
     *
     * @example stock.set(Number(await user.innerText('#stock')));
     */
    set(value: number, tags?: Tags): void;
  }

  /**
   * The distribution of values, with percentiles. A name that ends in _us is shown as time, one in _bytes as size.
   *
   * @example const cartTotal = new Trend('cart_total', { unit: 'EUR' });
   */
  export class Trend {
    constructor(name: string, options?: Options);
    readonly name: string;

    /**
     * Adds a value of 0 or more.
     *
     * @example cartTotal.add(19.9, { plan: 'pro' });
     */
    add(value: number, tags?: Tags): void;
  }

  /**
   * How often something holds: counts what passed and what failed.
   *
   * @example const found = new RateMetric('search_found');
   */
  export class RateMetric {
    constructor(name: string);
    readonly name: string;

    /**
     * Counts a value as passed when it is truthy, as failed otherwise.
     *
     * @example found.add(await user.count('.result') > 0);
     */
    add(holds: unknown, tags?: Tags): void;
  }
}
