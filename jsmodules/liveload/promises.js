// Helpers for promises. They are compiled once per process and run in each VM that needs them. Async functions
// return genuine promises, whatever the script has put in the place of Promise or its then.
(function () {
  'use strict';
  return {
    after: async (promise, fn) => fn(await promise),

    // all calls fn with the resolved values.
    all: async (values, fn) => fn(...await Promise.all(values)),

    // count calls done when the promise is settled.
    count: async (promise, done) => {
      try {
        return await promise;
      } finally {
        done();
      }
    },

    // step ends or fails a step when its promise is settled.
    step: async (promise, end, fail) => {
      let value;
      try {
        value = await promise;
      } catch (error) {
        fail(error);
        throw error;
      }
      end();
      return value;
    },
  };
})()
