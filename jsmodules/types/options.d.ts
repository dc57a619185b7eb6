// Declarations of what scripts export beside functions.

declare module 'liveload' {
  /**
   * How often something happens, as text: '10/s', '600/m', '1/500ms'.
   */
  export type Rate = `${number}/${string}`;

  /**
   * A part of a load: it leads evenly to a number of users, or to a rate. A duration of 0 jumps.
   *
   * @example { duration: '30s', target: 50 }
   */
  export type Stage = { duration: Duration; target: number } | { duration: Duration; rate: Rate };

  /**
   * What a script exports as options.
   *
   * @example export const options = { users: 10, duration: '1m' };
   */
  export interface ScriptOptions {
    /** Users at once, each in a loop. */
    users?: number;
    /** How long each user iterates; for every other load a bound of the whole. */
    duration?: Duration;
    /** Spreads the start of the users. */
    rampUp?: Duration;
    /** After this an iteration is killed. */
    iterationTimeout?: Duration;
    /** Bounds each operation in the browser and each request of liveload/http that says nothing else; 30s unless set. */
    timeout?: Duration;
    /** What becomes of a user whose iteration failed. */
    onFailure?: 'stop' | 'continue' | 'restart';
    /**
     * How long a session lasts, with its cookies, storage and HTTP cache: with 'iteration', the default for a rate, each
     * iteration is a new person's; with 'user', the default otherwise, a user stays the same person.
     *
     * @example export const options = { rate: '5/s', session: 'user' };
     */
    session?: 'iteration' | 'user';
    /** Numbers of users, or rates, to go through one after the other. */
    stages?: Stage[];
    /** How long the last iteration of a user that a stage has no place for may take. */
    grace?: Duration;
    /** Iterations begin on schedule, whatever becomes of those before. */
    rate?: Rate;
    /** How many users may do them at once. */
    maxUsers?: number;
    /** How many of them start before the first iteration is due. */
    preStartedUsers?: number;
    /** Iterations of all users together. */
    iterations?: number;
    /** Iterations of each user. */
    iterationsPerUser?: number;
    /** The number of users is changed from outside, with `liveload control`; it may begin with 0. */
    controlled?: boolean;
    /** Playwright's options of browser contexts. */
    context?: ContextOptions;
    /** Pages that are files of the machine: only the person who starts the run allows them, with --allow-file-urls. */
    allowFileURLs?: false;
    /** URL patterns whose requests are aborted. */
    block?: string[];
    /**
     * Files that the script reads while it runs, such as those of setInputFiles, as patterns that start from its
     * folder, or name others that --allow-read allows. Nodes on other machines get them. What csv, json and open read at the top
     * level needs no mention.
     */
    files?: string[];
    /** Pages that count under one name; the first match wins. */
    urlGroups?: { pattern: string; name: string }[];
    /** Errors of the server with which pages are as good as any other, such as a 404 that is tested. */
    acceptStatus?: Statuses;
    /** What the run promises. One that is not met makes the exit code 99. */
    thresholds?: Thresholds;
  }

  /** One of several scenarios that run side by side. */
  export interface NamedScenario extends ScriptOptions {
    /** The exported function that is one iteration; otherwise that of the scenario's name, or the default one. */
    exec?: string;
    /** When it begins, after the start of the run. */
    startTime?: Duration;
    /** Its share of the load in options, for a scenario without a load of its own. */
    weight?: number;
    /** Labels of its Result. */
    tags?: Record<string, string>;
  }

  /**
   * What a script exports as scenarios.
   *
   * @example export const scenarios = { browse: { weight: 70 }, buy: { weight: 30 }, login: { rate: '1/s' } };
   */
  export type Scenarios = Record<string, NamedScenario>;

  /**
   * A function that a script exports as setup: it is called once in the run, before the users begin, with a browser session of its own.
   * What it returns goes to all users as third argument.
   *
   * @example
   * export const setup: Setup<Config> = async (config, user) => {
   *   await user.navigate(`${config.baseURL}/login`).fill('#user', 'demo').submitForm('#login');
   *   return { login: await user.storageSnapshot() };
   * };
   */
  export type Setup<Config = any, Data = any> = (config: Config, user: User) => Data | Promise<Data>;

  /**
   * A function that a script exports as teardown: it is called once in the run, after the users have ended, with what setup has returned.
   *
   * @example
   * export const teardown: Teardown = async (data, config, user) => {
   *   await user.restoreStorage(data.login).navigate(`${config.baseURL}/account`).click('#log-out');
   * };
   */
  export type Teardown<Data = any, Config = any> = (data: Data, config: Config, user: User) => void | Promise<void>;
}
