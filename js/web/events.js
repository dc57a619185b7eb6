// Event, CustomEvent and EventTarget.
(function () {
  'use strict';

  const { queueMicrotask, performance } = globalThis;
  const state = new WeakMap(); // of events, for those who dispatch them

  class Event {
    constructor(type, { bubbles = false, cancelable = false, composed = false } = {}) {
      if (arguments.length === 0) throw new TypeError('an Event needs a type');
      state.set(this, {
        type: `${type}`, bubbles: Boolean(bubbles), cancelable: Boolean(cancelable), composed: Boolean(composed),
        timeStamp: performance.now(), target: null, phase: 0, stopped: false, ended: false, prevented: false, passive: false,
      });
    }

    get type() { return state.get(this).type; }
    get bubbles() { return state.get(this).bubbles; }
    get cancelable() { return state.get(this).cancelable; }
    get composed() { return state.get(this).composed; }
    get timeStamp() { return state.get(this).timeStamp; }
    get target() { return state.get(this).target; }
    get srcElement() { return state.get(this).target; }
    get currentTarget() { return state.get(this).phase ? state.get(this).target : null; }
    get eventPhase() { return state.get(this).phase; }
    get defaultPrevented() { return state.get(this).prevented; }
    get returnValue() { return !state.get(this).prevented; }
    get isTrusted() { return false; }
    get cancelBubble() { return state.get(this).ended; }
    set cancelBubble(value) { if (value) this.stopPropagation(); }

    composedPath() { return state.get(this).phase ? [state.get(this).target] : []; }
    stopPropagation() { state.get(this).ended = true; }
    stopImmediatePropagation() { Object.assign(state.get(this), { ended: true, stopped: true }); }
    preventDefault() {
      const own = state.get(this);
      if (own.cancelable && !own.passive) own.prevented = true;
    }
  }
  for (const [name, value] of Object.entries({ NONE: 0, CAPTURING_PHASE: 1, AT_TARGET: 2, BUBBLING_PHASE: 3 })) {
    Object.defineProperty(Event, name, { value, enumerable: true });
    Object.defineProperty(Event.prototype, name, { value, enumerable: true });
  }

  class CustomEvent extends Event {
    #detail;

    constructor(type, options = {}) {
      super(type, options);
      this.#detail = options?.detail ?? null;
    }

    get detail() { return this.#detail; }
  }

  function call(listener, target, event) {
    try {
      if (typeof listener === 'function') listener.call(target, event);
      else listener.handleEvent(event);
    } catch (error) {
      queueMicrotask(() => { throw error; }); // the others must hear too
    }
  }

  class EventTarget {
    #listeners = [];

    addEventListener(type, listener, options) {
      if (listener === null || listener === undefined) return;
      if (typeof listener !== 'function' && typeof listener !== 'object') throw new TypeError('a listener must be a function or an object');
      const { capture = false, once = false, passive = false, signal } = typeof options === 'object' && options ? options : { capture: options };
      if (signal?.aborted) return;
      const added = { type: `${type}`, listener, capture: Boolean(capture), once: Boolean(once), passive: Boolean(passive) };
      if (this.#find(added.type, listener, added.capture) >= 0) return;
      this.#listeners.push(added);
      signal?.addEventListener('abort', () => this.removeEventListener(type, listener, { capture }), { once: true });
    }

    removeEventListener(type, listener, options) {
      const capture = Boolean(typeof options === 'object' && options ? options.capture : options);
      const at = this.#find(`${type}`, listener, capture);
      if (at < 0) return;
      this.#listeners[at].removed = true;
      this.#listeners.splice(at, 1);
    }

    dispatchEvent(event) {
      const own = state.get(event);
      if (!own) throw new TypeError('dispatchEvent needs an Event');
      if (own.phase) throw new globalThis.DOMException('the event is already being dispatched', 'InvalidStateError');
      Object.assign(own, { target: this, phase: Event.AT_TARGET, stopped: false });
      for (const one of [...this.#listeners].sort((a, b) => b.capture - a.capture)) {
        if (own.stopped) break;
        if (one.type !== own.type || one.removed) continue;
        if (one.once) this.removeEventListener(one.type, one.listener, one.capture);
        own.passive = one.passive;
        call(one.listener, this, event);
      }
      Object.assign(own, { phase: Event.NONE, stopped: false, ended: false, passive: false });
      return !own.prevented;
    }

    #find(type, listener, capture) {
      return this.#listeners.findIndex((l) => l.type === type && l.listener === listener && l.capture === capture);
    }
  }

  for (const Class of [Event, CustomEvent, EventTarget]) {
    Object.defineProperty(Class.prototype, Symbol.toStringTag, { value: Class.name, configurable: true });
  }
  return { Event, CustomEvent, EventTarget };
})
