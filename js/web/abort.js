// AbortController and AbortSignal.
(function (native) {
  'use strict';

  const { setTimeout, queueMicrotask } = globalThis;

  const abort = Symbol('abort');
  const secret = {};

  class AbortSignal {
    #listeners = [];
    #reason;
    #aborted = false;
    onabort = null;

    constructor(key) {
      if (key !== secret) throw new TypeError('an AbortSignal comes from an AbortController');
    }

    get aborted() { return this.#aborted; }
    get reason() { return this.#reason; }

    throwIfAborted() {
      if (this.#aborted) throw this.#reason;
    }

    addEventListener(type, listener, options) {
      if (type !== 'abort' || !listener || this.#listeners.some((l) => l.listener === listener)) return;
      this.#listeners.push({ listener, once: Boolean(options?.once) });
    }

    removeEventListener(type, listener) {
      this.#listeners = this.#listeners.filter((l) => type !== 'abort' || l.listener !== listener);
    }

    [abort](reason = native.error('AbortError', 'the operation was aborted')) {
      if (this.#aborted) return;
      this.#aborted = true;
      this.#reason = reason;
      const event = { type: 'abort', target: this };
      const listeners = [this.onabort, ...this.#listeners.map((l) => l.listener)];
      this.#listeners = [];
      for (const listener of listeners) {
        try {
          if (typeof listener === 'function') listener.call(this, event);
          else listener?.handleEvent?.(event);
        } catch (error) {
          queueMicrotask(() => { throw error; }); // the others must hear too
        }
      }
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
      for (const one of signals) {
        if (one.aborted) signal[abort](one.reason);
        else one.addEventListener('abort', () => signal[abort](one.reason));
      }
      return signal;
    }
  }

  class AbortController {
    #signal = new AbortSignal(secret);

    get signal() { return this.#signal; }

    abort(reason) {
      this.#signal[abort](reason);
    }
  }

  return { AbortController, AbortSignal };
})
