// AbortController and AbortSignal.
(function (native) {
  'use strict';

  const { setTimeout, Event, EventTarget } = globalThis;

  const abort = Symbol('abort');
  const secret = {};

  class AbortSignal extends EventTarget {
    #reason;
    #aborted = false;
    #onabort = null;

    constructor(key) {
      if (key !== secret) throw new TypeError('an AbortSignal comes from an AbortController');
      super();
    }

    get aborted() { return this.#aborted; }
    get reason() { return this.#reason; }
    get onabort() { return this.#onabort; }

    // The handler is a listener whose place stays when another one replaces it.
    set onabort(handler) {
      const first = this.#onabort === null;
      this.#onabort = typeof handler === 'function' ? handler : null;
      if (first) this.addEventListener('abort', this.#handle);
    }

    #handle = (event) => { this.#onabort?.call(this, event); };

    throwIfAborted() {
      if (this.#aborted) throw this.#reason;
    }

    [abort](reason = native.error('AbortError', 'the operation was aborted')) {
      if (this.#aborted) return;
      this.#mark(reason);
      this.dispatchEvent(new Event('abort'));
    }

    #mark(reason) {
      this.#aborted = true;
      this.#reason = reason;
    }

    static abort(reason) {
      const signal = new AbortSignal(secret);
      signal[abort](reason);
      return signal;
    }

    static timeout(ms) {
      const signal = new AbortSignal(secret);
      setTimeout(() => signal[abort](native.error('TimeoutError', `timed out after ${ms} ms`)), ms);
      return signal;
    }

    static any(signals) {
      const signal = new AbortSignal(secret);
      const all = [...signals];
      const aborted = all.find((one) => one.#aborted);
      if (aborted) signal.#mark(aborted.reason);
      else signal.#follow(all);
      return signal;
    }

    // The first signal of all that is aborted counts, and the others are let go of: some are of many.
    #follow(all) {
      const first = ({ target }) => {
        for (const one of all) one.removeEventListener('abort', first);
        this[abort](target.#reason);
      };
      for (const one of all) one.addEventListener('abort', first);
    }
  }

  class AbortController {
    #signal = new AbortSignal(secret);

    get signal() { return this.#signal; }

    abort(reason) {
      this.#signal[abort](reason);
    }
  }

  for (const Class of [AbortController, AbortSignal]) {
    Object.defineProperty(Class.prototype, Symbol.toStringTag, { value: Class.name, configurable: true });
  }
  return { AbortController, AbortSignal };
})
