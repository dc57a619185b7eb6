// What Go does with promises. It is compiled once per process and run in each VM that needs it. Async functions
// give promises of the language's own, whatever the script has put in the place of Promise or its then.
(function () {
  'use strict';
  return {
    after: async (promise, fn) => fn(await promise),

    // all calls fn with what the values have come to.
    all: async (values, fn) => fn(...await Promise.all(values)),

    // count calls done when the promise is settled.
    count: async (promise, done) => {
      try {
        return await promise;
      } finally {
        done();
      }
    },

    // step waits for what is promised within a step, which ends or fails then.
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
