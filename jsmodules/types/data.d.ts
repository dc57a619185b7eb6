// Declarations of the module "liveload/data".

declare module 'liveload/data' {
  /** Rows that all users share. They cannot be changed; what makes a new array (map, filter, slice) works as usual. */
  export interface Rows<T> extends ReadonlyArray<T> {
    /**
     * Gives the row after the one that was given last, to whichever user; after the last row comes the first.
     *
     * @example const product = products.next();
     */
    next(): T;

    /**
     * Gives a row at random.
     *
     * @example const product = products.random();
     */
    random(): T;

    /**
     * Gives each row to one user once. When there are none left, it throws, which fails the iteration as "no unique rows left".
     *
     * @example user.assigns.account ??= accounts.unique();
     */
    unique(): T;
  }

  /** Data as it was loaded: an array has next, random and unique. */
  export type Shared<T> = T extends ReadonlyArray<infer Row> ? Rows<Readonly<Row>> : Readonly<T>;

  /** Options of a CSV file. */
  export interface CsvOptions {
    /** The character between two cells; otherwise a comma. */
    delimiter?: string;
  }

  /**
   * Reads a CSV file once for all users: its first line names the columns, and every cell is a text. The path starts from the script's folder and stays in it. Only at the script's top level.
   *
   * @example const accounts = csv('data/accounts.csv'); // accounts[0].email
   */
  export function csv<Row = Record<string, string>>(path: string, options?: CsvOptions): Rows<Readonly<Row>>;

  /**
   * Reads a JSON file once for all users. The path starts from the script's folder and stays in it. Only at the script's top level.
   *
   * @example const products = json('products.json');
   */
  export function json<T = any>(path: string): Shared<T>;

  /**
   * Makes data once for all users: fn is called by the first of them, and returns an array or an object of what JSON can carry. Only at the script's top level.
   *
   * @example const names = shared('names', () => Array.from({ length: 1000 }, (_, i) => ({ name: `user-${i}` })));
   */
  export function shared<T>(name: string, fn: () => T): Shared<T>;
}
