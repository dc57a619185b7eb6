// Iterator, and the helpers of Iterator.prototype.
(function (define, IteratorPrototype) {
  'use strict';

  const finished = () => ({ value: undefined, done: true });

  // direct is an iterator with its next, read once.
  function direct(iterator) {
    if (Object(iterator) !== iterator) throw new TypeError(`${String(iterator)} is not an object`);
    const { next } = iterator;
    return {
      next() {
        const step = next.call(iterator);
        if (Object(step) !== step) throw new TypeError(`the iterator gave ${String(step)} instead of an object`);
        return step;
      },
      close() { iterator.return?.(); },
    };
  }

  // closing calls body, and closes the source when it throws.
  function closing(source, body) {
    try {
      return body();
    } catch (error) {
      try {
        source.close();
      } catch { /* the first error counts */ }
      throw error;
    }
  }

  function checkFunction(iterator, value) {
    if (typeof value !== 'function') {
      closing({ close() { iterator.return?.(); } }, () => { throw new TypeError(`${String(value)} is not a function`); });
    }
  }

  function limitOf(iterator, value) {
    return closing({ close() { iterator.return?.(); } }, () => {
      const limit = Math.trunc(Number(value));
      if (!(limit >= 0)) throw new RangeError(`${String(value)} must be positive`);
      return limit;
    });
  }

  class Helper {
    #step;
    #close;
    #state = 'waiting';

    constructor(step, close) {
      this.#step = step;
      this.#close = close;
    }

    next() {
      if (this.#state === 'running') throw new TypeError('Generator is already running');
      if (this.#state === 'done') return finished();
      this.#state = 'running';
      let over = true;
      try {
        const step = this.#step();
        over = step.done;
        return over ? finished() : { value: step.value, done: false };
      } finally {
        this.#state = over ? 'done' : 'waiting';
      }
    }

    return() {
      if (this.#state === 'running') throw new TypeError('Generator is already running');
      const open = this.#state === 'waiting';
      this.#state = 'done';
      if (open) this.#close();
      return finished();
    }
  }
  Object.setPrototypeOf(Helper.prototype, IteratorPrototype);
  Object.defineProperty(Helper.prototype, Symbol.toStringTag, { value: 'Iterator Helper', configurable: true });

  // flattened is the iterator of a value of flatMap or Iterator.from.
  function flattened(value, texts) {
    if (Object(value) !== value && !(texts && typeof value === 'string')) throw new TypeError(`${String(value)} is not an object`);
    const method = value[Symbol.iterator];
    const iterator = method === undefined || method === null ? value : method.call(value);
    if (Object(iterator) !== iterator) throw new TypeError(`${String(iterator)} is not an object`);
    return iterator;
  }

  // mapping is a helper of one value for each, or none when step gives undefined.
  function mapping(iterator, callback, step) {
    checkFunction(iterator, callback);
    const source = direct(iterator);
    let counter = 0;
    return new Helper(() => {
      for (;;) {
        const item = source.next();
        if (item.done) return item;
        const result = closing(source, () => step(item.value, callback(item.value, counter++)));
        if (result) return result;
      }
    }, () => source.close());
  }

  // all calls visit with every value, until it returns something; that ends the iterator.
  function all(iterator, callback, visit) {
    checkFunction(iterator, callback);
    const source = direct(iterator);
    for (let counter = 0; ; counter++) {
      const item = source.next();
      if (item.done) return undefined;
      const found = closing(source, () => visit(item.value, callback(item.value, counter)));
      if (found) {
        source.close();
        return found;
      }
    }
  }

  define(IteratorPrototype, {
    map(mapper) { return mapping(this, mapper, (_, value) => ({ value, done: false })); },
    filter(predicate) { return mapping(this, predicate, (value, keep) => (keep ? { value, done: false } : undefined)); },
    take(limit) {
      let left = limitOf(this, limit);
      const source = direct(this);
      return new Helper(() => {
        if (left === 0) {
          source.close();
          return finished();
        }
        left--;
        return source.next();
      }, () => source.close());
    },
    drop(limit) {
      let left = limitOf(this, limit);
      const source = direct(this);
      return new Helper(() => {
        for (; left > 0; left--) {
          const item = source.next();
          if (item.done) return item;
        }
        return source.next();
      }, () => source.close());
    },
    flatMap(mapper) {
      checkFunction(this, mapper);
      const source = direct(this);
      let counter = 0;
      let inner;
      return new Helper(() => {
        for (;;) {
          if (inner) {
            const item = closing(source, () => inner.next());
            if (!item.done) return item;
            inner = undefined;
          }
          const outer = source.next();
          if (outer.done) return outer;
          inner = closing(source, () => direct(flattened(mapper(outer.value, counter++), false)));
        }
      }, () => {
        if (inner) closing(source, () => inner.close());
        source.close();
      });
    },
    reduce(reducer, ...initial) {
      checkFunction(this, reducer);
      const source = direct(this);
      let counter = 0;
      let [result] = initial;
      if (initial.length === 0) {
        const first = source.next();
        if (first.done) throw new TypeError('Reduce of a done iterator with no initial value');
        result = first.value;
        counter = 1;
      }
      for (let item = source.next(); !item.done; item = source.next()) {
        const { value } = item;
        result = closing(source, () => reducer(result, value, counter++));
      }
      return result;
    },
    toArray() {
      const source = direct(this);
      const result = [];
      for (let item = source.next(); !item.done; item = source.next()) result.push(item.value);
      return result;
    },
    forEach(fn) { all(this, fn, () => undefined); },
    some(predicate) { return all(this, predicate, (_, found) => found && { found }) !== undefined; },
    every(predicate) { return all(this, predicate, (_, holds) => !holds && { holds }) === undefined; },
    find(predicate) { return all(this, predicate, (value, found) => found && { value })?.value; },
  });

  function Iterator() {
    if (new.target === undefined || new.target === Iterator) throw new TypeError('Abstract class Iterator not directly constructable');
  }
  Object.defineProperty(Iterator, 'prototype', { value: IteratorPrototype, writable: false });
  define(IteratorPrototype, { constructor: Iterator });
  Object.defineProperty(IteratorPrototype, Symbol.toStringTag, { value: 'Iterator', writable: true, configurable: true });

  const Wrapper = Object.create(IteratorPrototype);
  const wrapped = new WeakMap();
  define(Wrapper, {
    next() {
      const { iterator, next } = wrapped.get(this);
      return next.call(iterator);
    },
    return() {
      const { iterator } = wrapped.get(this);
      return iterator.return === undefined ? finished() : iterator.return();
    },
  });

  define(Iterator, {
    from(value) {
      const iterator = flattened(value, true);
      const { next } = iterator;
      if (iterator instanceof Iterator) return iterator;
      const wrapper = Object.create(Wrapper);
      wrapped.set(wrapper, { iterator, next });
      return wrapper;
    },
  });
  return Iterator;
})
