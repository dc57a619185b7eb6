// structuredClone.
(function (native) {
  'use strict';

  const errors = { Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };
  const refuse = (what) => { throw native.error('DataCloneError', `${what} cannot be cloned`); };

  function fill(copy, value, seen) {
    for (const key of Object.keys(value)) copy[key] = clone(value[key], seen);
    return copy;
  }

  function copyError(value, seen) {
    const copy = Object.create((errors[value.name] ?? Error).prototype);
    for (const key of ['message', 'stack', 'cause']) {
      if (Object.hasOwn(value, key)) Object.defineProperty(copy, key, { value: clone(value[key], seen), writable: true, configurable: true });
    }
    return copy;
  }

  // remember keeps what a value became before its parts are cloned, since they may lead back to it.
  function clone(value, seen) {
    if (typeof value === 'function' || typeof value === 'symbol') refuse(typeof value === 'symbol' ? 'a symbol' : 'a function');
    if (value === null || typeof value !== 'object') return value;
    if (seen.has(value)) return seen.get(value);
    const remember = (copy) => { seen.set(value, copy); return copy; };
    if (Array.isArray(value)) return fill(remember(new Array(value.length)), value, seen);
    if (ArrayBuffer.isView(value)) {
      const buffer = clone(value.buffer, seen);
      const length = value instanceof DataView ? value.byteLength : value.length;
      return remember(new value.constructor(buffer, value.byteOffset, length));
    }
    switch (Object.prototype.toString.call(value).slice(8, -1)) {
      case 'Boolean': case 'Number': case 'String': case 'BigInt': return remember(Object(value.valueOf()));
      case 'Date': return remember(new Date(value.getTime()));
      case 'RegExp': return remember(new RegExp(value.source, value.flags));
      case 'ArrayBuffer': return remember(value.slice(0));
      case 'Error': return remember(copyError(value, seen));
      case 'Map': {
        const copy = remember(new Map());
        for (const [key, item] of value) copy.set(clone(key, seen), clone(item, seen));
        return copy;
      }
      case 'Set': {
        const copy = remember(new Set());
        for (const item of value) copy.add(clone(item, seen));
        return copy;
      }
      case 'Promise': case 'WeakMap': case 'WeakSet': case 'GeneratorFunction': case 'Generator': case 'Iterator Helper':
      case 'URL': case 'URLSearchParams': case 'AbortController': case 'AbortSignal': case 'EventTarget': case 'Event': case 'CustomEvent':
      case 'CryptoKey':
        return refuse(`a ${Object.prototype.toString.call(value).slice(8, -1)}`);
    }
    return fill(remember({}), value, seen);
  }

  function structuredClone(value) {
    if (arguments.length === 0) throw new TypeError('structuredClone needs a value');
    return clone(value, new Map());
  }

  return { structuredClone };
})
