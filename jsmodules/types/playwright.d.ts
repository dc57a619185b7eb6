// Playwright's own objects of a user, the escape hatch: more of the module "liveload".

declare module 'liveload' {
  export interface User {
    /**
     * Playwright's own Page, for what the operations lack: the same page as theirs, opened blank by the
     * first use. Listeners and routes end with the iteration. Install playwright-core@1.57 beside the
     * script for its types; it is not needed to run.
     *
     * @example await user.page.getByRole('button', { name: 'Buy' }).click();
     */
    // @ts-ignore: any, where playwright-core is not installed
    readonly page: import('playwright-core').Page;

    /**
     * Playwright's own BrowserContext of this user.
     *
     * @example await user.context.grantPermissions(['geolocation']);
     */
    // @ts-ignore: any, where playwright-core is not installed
    readonly context: import('playwright-core').BrowserContext;

    /**
     * Playwright's own Browser, which serves other users too: what would touch them is refused.
     *
     * @example console.log(user.browser.version());
     */
    // @ts-ignore: any, where playwright-core is not installed
    readonly browser: import('playwright-core').Browser;
  }
}
