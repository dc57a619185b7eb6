// What a user does with elements: more of the module "liveload". The options are those of Playwright's methods of the same names.

declare module 'liveload' {
  /** Whether a selector may match several elements. */
  export interface Strict {
    /** It is an error when several elements match; otherwise the first one is used. */
    strict?: boolean;
  }

  /**
   * Options of an operation on an element. Where an operation has them, force acts at once, even when a person could not;
   * trial waits until a person could act, and does nothing; noWaitAfter has no effect, since operations never wait for what they cause.
   */
  export interface ElementOptions extends Options, Strict {}

  /** Pixels from the top left corner of an element, inside its border. */
  export interface Point {
    x: number;
    y: number;
  }

  export type MouseButton = 'left' | 'right' | 'middle';

  /** A key that is held down; ControlOrMeta is Meta on macOS and Control elsewhere. */
  export type Modifier = 'Alt' | 'Control' | 'ControlOrMeta' | 'Meta' | 'Shift';

  /** An option of a select: its value or label, or an object, all of whose properties must match. */
  export type Choice = string | number | { value?: string; label?: string; index?: number };

  /** Playwright's options of a screenshot; mask takes selectors. */
  export interface Picture {
    animations?: 'allow' | 'disabled';
    caret?: 'hide' | 'initial';
    clip?: { x: number; y: number; width: number; height: number };
    fullPage?: boolean;
    mask?: string | string[];
    maskColor?: string;
    omitBackground?: boolean;
    scale?: 'css' | 'device';
    style?: string;
  }

  /** A file whose content the script provides, up to 50 MB. */
  export interface Upload {
    name: string;
    mimeType?: string;
    buffer: ArrayBuffer | Uint8Array | string;
  }

  export interface Operations {
    /**
     * Clicks an element as a person would: waits until it is visible, enabled, steady and not covered. clickCount is the number of clicks in a
     * row, delay how long the button is held down, position where, from the element's top left corner.
     *
     * @example await user.click('#row', { button: 'right', modifiers: ['Shift'] });
     */
    click(selector: Arg<string>, options?: ElementOptions & { button?: MouseButton; clickCount?: number; delay?: Duration; force?: boolean; modifiers?: Modifier[]; noWaitAfter?: boolean; position?: Point; trial?: boolean }): Chain<void>;

    /**
     * Clicks an element twice.
     *
     * @example await user.dblclick('#cell', { position: { x: 4, y: 4 } });
     */
    dblclick(selector: Arg<string>, options?: ElementOptions & { button?: MouseButton; delay?: Duration; force?: boolean; modifiers?: Modifier[]; noWaitAfter?: boolean; position?: Point; trial?: boolean }): Chain<void>;

    /**
     * Taps an element with a finger. The page needs a touch screen: options.context.hasTouch, or a device that has one.
     *
     * @example await user.tap('#menu');
     */
    tap(selector: Arg<string>, options?: ElementOptions & { force?: boolean; modifiers?: Modifier[]; noWaitAfter?: boolean; position?: Point; trial?: boolean }): Chain<void>;

    /**
     * Replaces the value of an input, textarea or editable element.
     *
     * @example await user.fill('#name', u => `user ${u.id}`);
     */
    fill(selector: Arg<string>, text: Arg<string | number>, options?: ElementOptions & { force?: boolean; noWaitAfter?: boolean }): Chain<void>;

    /**
     * Empties an input.
     *
     * @example await user.clear('#name');
     */
    clear(selector: Arg<string>, options?: ElementOptions & { force?: boolean; noWaitAfter?: boolean }): Chain<void>;

    /**
     * Presses the keys of a text one by one, delay apart.
     *
     * @example await user.type('#search', 'shoes', { delay: 50 });
     */
    type(selector: Arg<string>, text: Arg<string | number>, options?: ElementOptions & { delay?: Duration; noWaitAfter?: boolean }): Chain<void>;

    /**
     * Focuses an element and presses a key or a chord; delay holds it down.
     *
     * @example await user.press('#search', 'Enter', { delay: 100 });
     */
    press(selector: Arg<string>, key: Arg<string>, options?: ElementOptions & { delay?: Duration; noWaitAfter?: boolean }): Chain<void>;

    /**
     * Checks a checkbox, a radio button or a switch: clicks it unless it is checked, and waits until it is.
     *
     * @example await user.check('#terms');
     */
    check(selector: Arg<string>, options?: ElementOptions & { force?: boolean; noWaitAfter?: boolean; position?: Point; trial?: boolean }): Chain<void>;

    /**
     * Unchecks a checkbox or a switch: clicks it if it is checked, and waits until it is not.
     *
     * @example await user.uncheck('#newsletter');
     */
    uncheck(selector: Arg<string>, options?: ElementOptions & { force?: boolean; noWaitAfter?: boolean; position?: Point; trial?: boolean }): Chain<void>;

    /**
     * check or uncheck, as the value says.
     *
     * @example await user.setChecked('#newsletter', user.id % 2 === 0);
     */
    setChecked(selector: Arg<string>, checked: Arg<boolean>, options?: ElementOptions & { force?: boolean; noWaitAfter?: boolean; position?: Point; trial?: boolean }): Chain<void>;

    /**
     * Selects exactly these options, by value or label, or as { value }, { label } or { index }; null selects none. Fails when the page
     * resets the select at once, unless force is given.
     *
     * @example await user.selectOption('#country', { label: 'Norway' });
     */
    selectOption(selector: Arg<string>, value: Arg<Choice | Choice[] | null>, options?: ElementOptions & { force?: boolean; noWaitAfter?: boolean }): Chain<void>;

    /**
     * The same as selectOption.
     *
     * @example await user.selectMultipleOptions('#tags', ['a', { index: 3 }]);
     */
    selectMultipleOptions(selector: Arg<string>, values: Arg<Choice | Choice[] | null>, options?: ElementOptions & { force?: boolean; noWaitAfter?: boolean }): Chain<void>;

    /**
     * Focuses an element.
     *
     * @example await user.focus('#name');
     */
    focus(selector: Arg<string>, options?: ElementOptions): Chain<void>;

    /**
     * Takes the focus from an element.
     *
     * @example await user.blur('#name');
     */
    blur(selector: Arg<string>, options?: ElementOptions): Chain<void>;

    /**
     * Moves the mouse over an element.
     *
     * @example await user.hover('#menu');
     */
    hover(selector: Arg<string>, options?: ElementOptions & { force?: boolean; modifiers?: Modifier[]; noWaitAfter?: boolean; position?: Point; trial?: boolean }): Chain<void>;

    /**
     * Drags an element onto another; steps is how many moves the mouse makes.
     *
     * @example await user.dragAndDrop('#card-1', '#done', { targetPosition: { x: 10, y: 5 }, steps: 8 });
     */
    dragAndDrop(source: Arg<string>, target: Arg<string>, options?: ElementOptions & { force?: boolean; noWaitAfter?: boolean; sourcePosition?: Point; steps?: number; targetPosition?: Point; trial?: boolean }): Chain<void>;

    /**
     * Puts files into a file input: by name, relative to the script's folder, or as content. An empty array removes them.
     *
     * @example await user.setInputFiles('#import', { name: 'rows.csv', mimeType: 'text/csv', buffer: 'id\n1\n' });
     */
    setInputFiles(selector: Arg<string>, files: Arg<string | string[] | Upload | Upload[]>, options?: ElementOptions & { noWaitAfter?: boolean }): Chain<void>;
  }
}
