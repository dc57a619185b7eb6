// What Go does with promises. It is compiled once per process and run in each VM that needs it.
(function () {
  'use strict';
  return {
    after: (promise, fn) => Promise.resolve(promise).then((value) => fn(value)),

    all: (values) => Promise.all(values),

    // count calls done when the promise is settled.
    count: (promise, done) => promise.then(
      (value) => { done(); return value; },
      (error) => { done(); throw error; },
    ),

    // step waits for what is promised within a step, which ends or fails then.
    step: (promise, end, fail) => Promise.resolve(promise).then(
      (value) => { end(); return value; },
      (error) => { fail(error); throw error; },
    ),
  };
})()
