// Declarations of what navigates: more of the module 'liveload'.

declare module 'liveload' {
  /**
   * Statuses of HTTP that are errors: one, a class of them, a list, or true for all.
   *
   * @example [404, '5xx']
   */
  export type Statuses = number | `${number}xx` | (number | `${number}xx`)[] | boolean;

  /** What a navigation waits for: the load event (otherwise), the DOM, half a second without requests, or the document's beginning. */
  export type WaitUntil = 'load' | 'domcontentloaded' | 'networkidle' | 'commit';

  /** Where a navigation has led to. */
  export interface Answer {
    /** Of the document; 0 when no server was asked for one, as in a step within a LiveView, or for about:blank. */
    status: number;
    /** No error: the status is below 400. */
    ok: boolean;
    /** After redirects. */
    url: string;
  }

  /** Each fails when the document's status is 400 or more, unless allowStatus or the option acceptStatus lets it pass. */
  export interface Operations {
    /**
     * Opens an absolute URL and waits for the page's load event. The first call opens the page. A status of 400 or
     * more is an error, unless allowStatus or the option acceptStatus lets it pass.
     *
     * @example await user.navigate(`${config.baseURL}/products`);
     */
    navigate(url: Arg<string | URL>, options?: As<Answer> & { allowStatus?: Statuses; referer?: string; waitUntil?: WaitUntil }): Chain<Answer>;

    /**
     * Loads the page again.
     *
     * @example await user.reload().waitForLiveView();
     */
    reload(options?: As<Answer> & { allowStatus?: Statuses; waitUntil?: WaitUntil }): Chain<Answer>;

    /**
     * Goes back in the page's history.
     *
     * @example await user.goBack();
     */
    goBack(options?: As<Answer> & { allowStatus?: Statuses; waitUntil?: WaitUntil }): Chain<Answer>;

    /**
     * Goes forward in the page's history.
     *
     * @example const { status } = await user.goForward({ allowStatus: [404, '5xx'] });
     */
    goForward(options?: As<Answer> & { allowStatus?: Statuses; waitUntil?: WaitUntil }): Chain<Answer>;
  }
}
