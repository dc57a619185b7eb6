// Declarations of the module "liveload/execution".

declare module 'liveload/execution' {
  /**
   * Says who runs: the user's number, its iteration, node and scenario. An error outside of an iteration.
   *
   * @example const { user, iteration } = current();
   */
  export function current(): { user: number; iteration: number; node: string; scenario: string };

  /**
   * Returns the milliseconds since the first iteration of this user began.
   *
   * @example if (elapsed() > 60_000) await user.halt();
   */
  export function elapsed(): number;

  /**
   * Ends the whole test at once, for all users: iterations are broken off, the Result is written, and liveload ends with exit code 1 and the reason.
   *
   * @example if (!check(await user.title(), { 'the shop is open': t => t !== 'Closed' })) abort('the shop is closed');
   */
  export function abort(reason: string): never;
}
