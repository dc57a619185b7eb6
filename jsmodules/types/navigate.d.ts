// Declarations of what navigates: more of the module 'liveload'.

declare module 'liveload' {
  /**
   * HTTP statuses of errors: one, a class of them, a list, or true for all.
   *
   * @example [404, '5xx']
   */
  export type Statuses = number | `${number}xx` | (number | `${number}xx`)[] | boolean;

  /** What a navigation waits for: the load event (the default), the DOM, half a second without requests, or the start of the document. */
  export type WaitUntil = 'load' | 'domcontentloaded' | 'networkidle' | 'commit';

  /** The document that a navigation opened. */
  export interface Answer {
    /** The HTTP status; 0 when no document came from a server, as for a navigation within a LiveView, or about:blank. */
    status: number;
    /** Whether the status is below 400. */
    ok: boolean;
    /** The address, after redirects. */
    url: string;
  }

  /** Each fails when the status is 400 or more, unless allowStatus or the option acceptStatus permits it. */
  export interface Operations {
    /**
     * Opens an absolute URL and waits for the page's load event. The first call opens the page. A status of 400 or
     * more is an error, unless allowStatus or the option acceptStatus permits it.
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
