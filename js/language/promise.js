// Promise.withResolvers and Promise.try.
(function () {
  'use strict';

  return {
    'Promise.withResolvers': function () {
      let resolve;
      let reject;
      const promise = new this((...both) => { [resolve, reject] = both; });
      return { promise, resolve, reject };
    },
    'Promise.try': function (callback, ...args) { return new this((resolve) => resolve(callback(...args))); },
  };
})
