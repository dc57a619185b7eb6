// Declarations for scenarios of liveload.

declare module 'liveload' {
  /**
   * Waits without doing anything.
   *
   * @example await sleep('1.5s');
   */
  export function sleep(duration: Duration): Promise<void>;

  /**
   * The environment variables of liveload.
   *
   * @example const token = env.API_TOKEN;
   */
  export const env: Readonly<Record<string, string | undefined>>;

  /**
   * Evaluates conditions about a value, counts each in the metric checks (with its tags), and says whether all hold. What a condition throws fails it.
   *
   * @example check(total, { 'has a total': t => t > 0, 'is even': t => t % 2 === 0 });
   */
  export function check<T>(value: T, conditions: Record<string, boolean | ((value: T) => unknown)>, tags?: Record<string, string | number | boolean>): boolean;

  /**
   * The same as user.step, for the user whose iteration runs.
   *
   * @example await group('checkout', async user => { await user.click('#pay'); });
   */
  export function group<T>(name: string, fn: (user: User) => T | Promise<T>): Promise<T>;

  /**
   * Writes to liveload's log, with the user and the iteration; fields are written as attributes.
   *
   * @example log('order placed', { order: user.assigns.order });
   */
  export function log(message: unknown, fields?: Record<string, unknown>): void;

  /**
   * Reads a file next to the script, once per process. Only when the script is loaded: at its top level.
   *
   * @example const words = open('words.txt').split('\n');
   */
  export function open(path: string): string;
  export function open(path: string, mode: 'b'): ArrayBuffer;

  /** Milliseconds, or a text such as '200ms', '1.5s', '2m'. */
  export type Duration = number | string;

  /** A value, or a function of the user that returns it when the operation runs. */
  export type Arg<T> = T | ((user: User) => T | Promise<T>);

  /** Options of every operation in the browser. */
  export interface Options {
    /** Bounds this operation instead of the user's timeout; 0 leaves that to iterationTimeout. */
    timeout?: Duration;
  }

  /** Options of an operation that reads a value. */
  export interface As<T> extends Options {
    /** Also keeps the value in user.assigns: under a key, or as the function says. */
    as?: string | ((value: T) => string | Record<string, unknown> | Promise<string | Record<string, unknown>>);
  }

  /** What the user and a chain can do. Selectors are Playwright's; the first element that matches is meant. */
  export interface Operations {
    /**
     * Waits for an element to be in a state; without state, to be visible.
     *
     * @example await user.waitForSelector('#spinner', { state: 'hidden' });
     */
    waitForSelector(selector: Arg<string>, options?: ElementOptions & { state?: 'attached' | 'detached' | 'visible' | 'hidden' }): Chain<void>;

    /**
     * Waits until an element is there and its text contains text. Every white space counts as one blank.
     *
     * @example await user.waitForText('#count', '5');
     */
    waitForText(selector: Arg<string>, text: Arg<string | number>, options?: ElementOptions): Chain<void>;

    /**
     * Waits until the page's address matches a glob or a regular expression, or is that of a URL.
     *
     * @example await user.waitForURL(/cart$/);
     */
    waitForURL(pattern: Arg<string | RegExp | URL>, options?: Options & { waitUntil?: WaitUntil }): Chain<void>;

    /**
     * Waits until a function returns something truthy in the page. It sees only the page and arg.
     *
     * @example await user.waitForFunction(n => document.images.length >= n, 3);
     */
    waitForFunction<A = undefined>(fn: string | ((arg: A) => unknown), arg?: Arg<A>, options?: Options & { polling?: Duration | 'raf' }): Chain<void>;

    /**
     * Returns the page's HTML.
     *
     * @example const html = await user.pageContent();
     */
    pageContent(options?: As<string>): Chain<string>;

    /**
     * Returns the HTML inside an element.
     *
     * @example const html = await user.innerHTML('#cart');
     */
    innerHTML(selector: Arg<string>, options?: As<string> & Strict): Chain<string>;

    /**
     * Returns the text of an element as it is seen.
     *
     * @example const total = await user.innerText('#total');
     */
    innerText(selector: Arg<string>, options?: As<string> & Strict): Chain<string>;

    /**
     * Returns the text of an element, also what is hidden.
     *
     * @example await user.textContent('#total', { as: 'total' });
     */
    textContent(selector: Arg<string>, options?: As<string> & Strict): Chain<string>;

    /**
     * Returns the value of an input.
     *
     * @example const name = await user.inputValue('#name');
     */
    inputValue(selector: Arg<string>, options?: As<string> & Strict): Chain<string>;

    /**
     * Returns an attribute, null when the element does not have it.
     *
     * @example await user.getAttribute('#product', 'data-id', { as: 'productId' });
     */
    getAttribute(selector: Arg<string>, name: Arg<string>, options?: As<string | null> & Strict): Chain<string | null>;

    /**
     * Says whether an element is visible now.
     *
     * @example if (await user.isVisible('#banner')) await user.click('#close');
     */
    isVisible(selector: Arg<string>, options?: As<boolean> & Strict): Chain<boolean>;

    /**
     * Says whether a checkbox is checked.
     *
     * @example const agreed = await user.isChecked('#terms');
     */
    isChecked(selector: Arg<string>, options?: As<boolean> & Strict): Chain<boolean>;

    /**
     * Returns how many elements match.
     *
     * @example const rows = await user.count('tr');
     */
    count(selector: Arg<string>, options?: As<number>): Chain<number>;

    /**
     * Returns the page's address.
     *
     * @example const address = await user.url();
     */
    url(options?: As<string>): Chain<string>;

    /**
     * Returns the page's title.
     *
     * @example const title = await user.title();
     */
    title(options?: As<string>): Chain<string>;

    /**
     * Keeps a picture of the visible part of the page in the folder of the run's evidence, and returns its path.
     *
     * @example await user.screenshot('cart');
     */
    screenshot(name: Arg<string>, options?: As<string> & Picture): Chain<string>;

    /**
     * Runs a function, an expression, or statements whose last value counts, in the page and returns its plain data. It sees only the page and arg: nothing else of the script.
     *
     * @example const height = await user.evaluate(() => document.body.scrollHeight);
     */
    evaluate<T = any, A = undefined>(fn: string | ((arg: A) => T | Promise<T>), arg?: Arg<A>, options?: As<T>): Chain<T>;

    /**
     * Returns what the browser keeps for the user, as plain data for a file or other users: cookies, local storage and IndexedDB of every site that pages have shown, in frames and windows too, session storage of the one that the page shows.
     *
     * @example const login = await user.storageSnapshot();
     */
    storageSnapshot(options?: As<StorageSnapshot>): Chain<StorageSnapshot>;

    /**
     * Replaces what the browser keeps by a snapshot, also one of another user. Then no page is there: navigate comes next.
     *
     * @example await user.restoreStorage(config.login).navigate(`${config.baseURL}/account`);
     */
    restoreStorage(snapshot: Arg<StorageSnapshot>, options?: Options): Chain<void>;

    /**
     * Leaves the page and empties what the browser keeps, its HTTP cache too, as if the user were new. Then no page is there: navigate comes next.
     *
     * @example await user.resetStorage().navigate(url);
     */
    resetStorage(options?: Options): Chain<void>;

    /**
     * Keeps a value in user.assigns. A function is called with the user and its result kept.
     *
     * @example user.assign('visited', 0);
     */
    assign(key: Arg<string>, value: unknown): Chain<void>;

    /**
     * Replaces a value in user.assigns; an error when there is none.
     *
     * @example user.updateAssign('visited', n => n + 1);
     */
    updateAssign(key: Arg<string>, fn: (value: any) => unknown): Chain<void>;

    /**
     * Removes a value from user.assigns.
     *
     * @example user.clearAssign('visited');
     */
    clearAssign(key: Arg<string>): Chain<void>;

    /**
     * Removes all values from user.assigns.
     *
     * @example user.resetAssigns();
     */
    resetAssigns(): Chain<void>;

    /**
     * Ends this user for good, counted as succeeded. Operations after it do nothing. Nothing happens when the iteration has failed.
     *
     * @example if (soldOut) user.halt();
     */
    halt(): Chain<void>;

    /**
     * Ends the iteration as failed. Operations after it do nothing. The first reason counts; nothing happens after halt().
     *
     * @example if (total < 0) user.fail('negative total');
     */
    fail(reason: unknown): Chain<void>;

    /**
     * Bounds every following operation of this user that has no timeout of its own. The default is 30 seconds.
     *
     * @example user.setTimeout('10s');
     */
    setTimeout(timeout: Arg<Duration>): Chain<void>;

    /**
     * Does and times a named part of the iteration. A step within a step is named "outer / inner". A failure counts in the innermost one.
     *
     * @example await user.step('checkout', async u => { await u.click('#pay').waitForText('h1', 'Thanks'); });
     */
    step<T>(name: Arg<string>, fn: (user: User) => T | Promise<T>): Chain<T>;

    /**
     * Waits between min and max, at random, like a person who reads. Without max, waits min.
     *
     * @example await user.click('#next').think('2s', '5s');
     */
    think(min: Arg<Duration>, max?: Arg<Duration>): Chain<void>;
  }

  /**
   * A promise of the last operation's value, on which further operations can be called: each starts
   * when the one before it is done, and after an error the rest is skipped and the promise rejects.
   *
   * @example await user.navigate(url).waitForLiveView().click('#buy');
   */
  export interface Chain<T> extends Operations, Promise<T> {}

  /** The user that a scenario drives. */
  export interface User extends Operations {
    /**
     * The user's number, 1 to N across the cluster.
     *
     * @example await user.fill('#email', `user${user.id}@example.com`);
     */
    readonly id: number;

    /**
     * The number of this iteration, from 1.
     *
     * @example if (user.iteration === 1) await login(user);
     */
    readonly iteration: number;

    /**
     * The name of the node that runs this user.
     *
     * @example console.log(user.node);
     */
    readonly node: string;

    /**
     * The name of the scenario.
     *
     * @example console.log(user.scenario);
     */
    readonly scenario: string;

    /**
     * Whether halt() was called.
     *
     * @example if (user.halted) return;
     */
    readonly halted: boolean;

    /**
     * Whether fail() was called in this iteration.
     *
     * @example if (user.failed) return;
     */
    readonly failed: boolean;

    /**
     * The user's own data, kept across iterations.
     *
     * @example user.assigns.cart ??= [];
     */
    assigns: Record<string, any>;
  }
}
