// Promise.withResolvers and Promise.try.
(function (define) {
  'use strict';

  define(Promise, {
    withResolvers() {
      let resolve;
      let reject;
      const promise = new this((...both) => { [resolve, reject] = both; });
      return { promise, resolve, reject };
    },
    try(callback, ...args) { return new this((resolve) => resolve(callback(...args))); },
  });
})
