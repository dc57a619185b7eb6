// Array.fromAsync.
(function () {
  'use strict';

  const asyncIterator = Symbol.asyncIterator ?? Symbol.for('Symbol.asyncIterator');

  // closing calls body, and closes the iterator when it fails.
  async function closing(iterator, body) {
    try {
      return await body();
    } catch (error) {
      try {
        await iterator.return?.();
      } catch { /* the first error counts */ }
      throw error;
    }
  }

  async function fromIterator(array, iterator, isAsync, map) {
    const { next } = iterator;
    for (let index = 0; ; index++) {
      let step = next.call(iterator);
      if (isAsync) step = await step;
      if (Object(step) !== step) throw new TypeError(`the iterator gave ${String(step)} instead of an object`);
      if (step.done) {
        array.length = index;
        return array;
      }
      await closing(iterator, async () => append(array, index, await map(isAsync ? step.value : await step.value, index)));
    }
  }

  function append(array, index, value) {
    Object.defineProperty(array, index, { value, writable: true, enumerable: true, configurable: true });
  }

  return {
    'Array.fromAsync': async function (items, mapper, thisArg) {
      if (mapper !== undefined && typeof mapper !== 'function') throw new TypeError(`${String(mapper)} is not a function`);
      const map = mapper ? (value, index) => mapper.call(thisArg, value, index) : (value) => value;
      const Result = typeof this === 'function' ? this : Array;
      const method = items[asyncIterator] ?? items[Symbol.iterator];
      if (method) return fromIterator(new Result(), method.call(items), Boolean(items[asyncIterator]), map);
      const length = Math.min(Math.max(Math.trunc(Number(items.length)) || 0, 0), Number.MAX_SAFE_INTEGER);
      const array = new Result(length);
      for (let index = 0; index < length; index++) append(array, index, await map(await items[index], index));
      array.length = length;
      return array;
    },
  };
})
