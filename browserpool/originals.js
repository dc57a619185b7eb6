// What our code uses of the browser, as it was before the page could replace it. Names that the browser has too are
// meant to hide what the page makes of them.
const { apply, construct, getOwnPropertyDescriptor, ownKeys, defineProperty, getPrototypeOf } = Reflect;
const { iterator, species } = Symbol;
const own = (from, to) => {
  for (const name of ownKeys(from)) if (name !== 'constructor') defineProperty(to, name, getOwnPropertyDescriptor(from, name));
  return to;
};
// keeping makes a class whose objects have today's methods, and kept an object with today's functions.
const keeping = (Native) => {
  const Kept = class extends Native {};
  own(Native.prototype, Kept.prototype);
  return Kept;
};
const kept = (functions) => own(functions, {});
// iterating makes a class whose objects hand out iterators that have today's next, too.
const iterating = (Kept) => {
  const { next } = getPrototypeOf(new Kept().values());
  const names = ['keys', 'values', 'entries', iterator];
  for (let i = 0; i < names.length; i++) {
    const native = Kept.prototype[names[i]];
    const value = function () {
      const all = apply(native, this, []);
      return { __proto__: null, next: () => apply(next, all, []), [iterator]() { return this; } };
    };
    defineProperty(Kept.prototype, names[i], { value });
  }
  return Kept;
};
const Map = iterating(keeping(globalThis.Map)), Set = iterating(keeping(globalThis.Set)), WeakMap = keeping(globalThis.WeakMap);
const JSON = kept(globalThis.JSON), Math = kept(globalThis.Math), Object = kept(globalThis.Object);
const {
  Promise, Error, DOMException, Event, Element, ShadowRoot, HTMLFormElement, XMLSerializer, Request, URL, RegExp,
  TextEncoder, Number, String, Boolean, Array, atob, getSelection,
} = globalThis;
const { parse, stringify } = JSON;
const { hasOwn, setPrototypeOf } = Object;
const now = performance.now.bind(performance);
const later = globalThis.setTimeout.bind(globalThis);
const cancelLater = globalThis.clearTimeout.bind(globalThis);

// methods hands out those of a prototype as functions that take their object first.
const methods = (prototype) => new Proxy(prototype, {
  get(all, name) {
    const native = all[name];
    return (self, ...args) => apply(native, self, args);
  },
});
const getter = (prototype, name) => {
  const { get } = getOwnPropertyDescriptor(prototype, name);
  return (self) => apply(get, self, []);
};
// taking returns a function that gives a binding, by the first of its names. It is taken out of the page's reach as soon as it is
// there, which in a document that was there before its session is later.
const taking = (...names) => {
  let taken;
  const look = () => {
    for (let i = 0; i < names.length; i++) {
      const binding = globalThis[names[i]];
      if (typeof binding !== 'function') continue;
      delete globalThis[names[i]];
      taken = taken || binding;
    }
    return taken;
  };
  look();
  return () => taken || look();
};
