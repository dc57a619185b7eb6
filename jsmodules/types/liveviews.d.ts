// What a user does with Phoenix LiveView: more of the module "liveload".

declare module 'liveload' {
  /** The kinds of loading classes that LiveView puts on elements. */
  export type PhxLoading = 'click' | 'submit' | 'change' | 'focus' | 'blur' | 'keydown' | 'keyup';

  export interface Operations {
    /**
     * Waits until a LiveView, connected or not, is on the page.
     *
     * @example await user.navigate(url).ensureLiveView();
     */
    ensureLiveView(options?: Options): Chain<void>;

    /**
     * Waits until every root LiveView of the page is connected.
     *
     * @example await user.navigate(url).waitForLiveView();
     */
    waitForLiveView(options?: Options): Chain<void>;

    /**
     * Waits until an element is there without the class phx-KIND-loading: LiveView has answered the event. It also waits for
     * an event that phx-debounce holds back, but not for one that is sent on blur.
     *
     * @example await user.click('#more').waitForPhxLoading('click', '#more');
     */
    waitForPhxLoading(kind: Arg<PhxLoading>, selector: Arg<string>, options?: ElementOptions): Chain<void>;

    /**
     * Waits until the server has answered the LiveView event of this name, which the last operation sent or phx-debounce sends
     * later, and the page shows the answer.
     *
     * @example await user.fill('#query', 'tea').waitForPhxReply('search');
     */
    waitForPhxReply(event: Arg<string>, options?: Options): Chain<void>;

    /**
     * Clicks the form's submit button and waits until LiveView has answered. It fails when the browser does not submit
     * the form, since a field is not valid.
     *
     * @example await user.fill('#email', 'a@b.c').submitForm('#signup');
     */
    submitForm(selector: Arg<string>, options?: ElementOptions): Chain<void>;
  }
}
