// from of typed arrays, which goja refuses to give a text.
(function () {
  'use strict';

  const TypedArray = Object.getPrototypeOf(Uint8Array);
  const { from } = TypedArray;
  const replacement = {
    from(source, mapper = undefined, thisArg = undefined) {
      return from.call(this, source === undefined || source === null ? source : Object(source), mapper, thisArg);
    },
  };
  Object.defineProperty(TypedArray, 'from', { value: replacement.from, writable: true, configurable: true });
})
