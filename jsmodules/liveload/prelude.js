// Builds the user object of one VM. It is compiled once per process and called once per VM with
// native, the functions that Go provides. Operations are made when they are first used: a user that
// needs five of them should not hold fifty functions.
(function (native) {
  'use strict';

  let assigns = {};
  let active = 0; // what waits for a promise that native.run did not make
  let idle; // called when active becomes 0
  let user;

  class Operations {}

  // A Chain is a promise that has the operations: each runs when the one before it is done.
  class Chain extends Operations {
    #promise;

    constructor(promise) {
      super();
      this.#promise = promise;
    }

    static next(chain, run) {
      return new Chain(chain.#promise.then(run));
    }

    then(onFulfilled, onRejected) {
      return this.#promise.then(onFulfilled, onRejected);
    }

    catch(onRejected) {
      return this.#promise.catch(onRejected);
    }

    finally(onFinally) {
      return this.#promise.finally(onFinally);
    }
  }

  // What else a user has comes from native.traits, its prototype.
  class User extends Operations {
    get assigns() { return assigns; }
    set assigns(value) {
      if (!isObject(value)) throw new TypeError('user.assigns must be an object');
      assigns = value;
    }
  }

  function isObject(value) {
    return value !== null && typeof value === 'object' && !Array.isArray(value);
  }

  function isThenable(value) {
    return value !== null && typeof value === 'object' && typeof value.then === 'function';
  }

  // seldom makes what few iterations need, together and when the first of it is used: each function costs
  // every user half a kilobyte.
  let seldom;
  const makeSeldom = () => {
    // settle counts a promise for as long as it is not settled. What the browser does is counted by
    // native.run, cheaper, and what follows it in a chain starts before it stops to count.
    function settle(promise) {
      active++;
      const done = () => { if (--active === 0 && idle) idle(); };
      return promise.then(
        (value) => { done(); return value; },
        (error) => { done(); throw error; },
      );
    }

    function assignAs(op, args, place, as, value) {
      const target = typeof as === 'function' ? as(value) : as;
      if (typeof target === 'string') assigns[target] = value;
      else if (isObject(target)) Object.assign(assigns, target);
      else {
        const got = target === null ? 'null' : Array.isArray(target) ? 'an array' : typeof target;
        throw native.error(op.name, args.slice(0, op.params), place, 'the function given as must return a key or an object to merge, not ' + got);
      }
    }

    // inStep calls fn so that what it starts belongs to the step, and what follows beside it does not.
    function inStep(step, fn) {
      try {
        return fn(user);
      } finally {
        native.leaveStep(step);
      }
    }

    function checkKey(name, place, args, key) {
      if (typeof key !== 'string' || key === '') throw native.error(name, args, place, 'key must be a text that is not empty');
    }

    // The operations that are not Go's.
    const local = {
      assign(place, key, value) {
        checkKey('assign', place, [key, value], key);
        assigns[key] = value;
      },
      updateAssign(place, key, fn) {
        checkKey('updateAssign', place, [key], key);
        if (typeof fn !== 'function') throw native.error('updateAssign', [key], place, 'the second argument must be a function of the value');
        if (!Object.hasOwn(assigns, key)) throw native.error('updateAssign', [key], place, 'there is no assign "' + key + '"');
        const value = fn(assigns[key]);
        if (isThenable(value)) return value.then((v) => { assigns[key] = v; });
        assigns[key] = value;
      },
      clearAssign(place, key) {
        delete assigns[key];
      },
      resetAssigns() {
        assigns = {};
      },
      halt() {
        native.halt();
      },
      fail(place, reason) {
        native.fail(reason, place);
      },
      setTimeout(place, timeout) {
        native.setTimeout(timeout, place);
      },
      think(place, min, max) {
        if (!native.ended()) return native.think(min, max, place);
      },
      throttle(place, name) {
        if (!native.ended()) return native.throttle(name, place);
      },
      release(place, name) {
        native.release(name, place);
      },
      async step(place, name, fn) {
        if (typeof name !== 'string' || name === '') throw native.error('step', [name], place, 'name must be a text that is not empty');
        if (typeof fn !== 'function') throw native.error('step', [name], place, 'the second argument must be the function that does the step');
        if (native.ended()) return undefined;
        const step = native.enterStep(name);
        let value;
        try {
          value = await inStep(step, fn);
        } catch (error) {
          native.failStep(step, error);
          throw error;
        }
        native.endStep(step);
        return value;
      },
    };

    return { settle, assignAs, local };
  };
  const needed = () => (seldom ??= makeSeldom());

  // execute runs an operation now. An argument that is a function is called with the user first.
  function execute(op, args, place) {
    if (op.inBrowser && native.ended()) return undefined;
    let later = false; // one of them is a promise
    for (let i = 0; i < args.length; i++) {
      if (typeof args[i] === 'function' && !(op.raw & (1 << i))) args[i] = args[i](user);
      if (isThenable(args[i])) later = true;
    }
    if (later) return needed().settle(Promise.all(args).then((all) => perform(op, all, place)));
    return perform(op, args, place);
  }

  function perform(op, args, place) {
    if (!op.inBrowser) {
      const value = needed().local[op.name](place, ...args);
      return isThenable(value) ? seldom.settle(value) : value;
    }
    const options = args[op.params];
    if (!op.extracts || !isObject(options) || options.as === undefined) return native.run(op.index, args, place);
    const { as } = options;
    if (typeof as !== 'string' && typeof as !== 'function') {
      throw native.error(op.name, args.slice(0, op.params), place, 'as must be a key or a function, not ' + (as === null ? 'null' : typeof as));
    }
    return native.run(op.index, args, place).then((value) => {
      if (!native.ended()) needed().assignAs(op, args, place, as, value);
      return value;
    });
  }

  // begin is what calling an operation does: on the user it runs now, on a chain after what is
  // before it.
  function begin(self, op, args) {
    const place = native.place();
    if (self instanceof Chain) return Chain.next(self, () => execute(op, args, place));
    let promise;
    try {
      promise = Promise.resolve(execute(op, args, place));
    } catch (error) {
      promise = Promise.reject(error);
    }
    return new Chain(promise);
  }

  // method makes the method of an operation: params is how many arguments it has before the options,
  // inBrowser says that Go does it, and bit i of raw that argument i is never called with the user.
  function method(index, name, params, inBrowser, extracts, raw) {
    const op = { index, name, params, inBrowser, extracts, raw };
    return { [name](...args) { return begin(this, op, args); } }[name];
  }

  native.prepare(User.prototype, Operations.prototype, method);
  user = new User();

  // iterate runs the script's function once, and then what it has started without waiting for it.
  async function iterate(fn, config) {
    active = 0;
    idle = undefined;
    await fn(user, config);
    while (active > 0 || native.running()) {
      if (active > 0) await new Promise((resolve) => { idle = resolve; });
      else await native.rest();
    }
  }

  return { iterate, user, assigns: () => assigns, restore: (value) => { assigns = value; } };
})
