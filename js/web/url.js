// URL and URLSearchParams of the URL Standard. The native side parses, and keeps the parts of an address.
(function (native) {
  'use strict';

  const update = Symbol('update'), replace = Symbol('replace'), inspected = Symbol.toStringTag;

  function need(args, n, what) {
    if (args.length < n) throw new TypeError(`${what} needs ${n === 1 ? 'an argument' : `${n} arguments`}, not ${args.length || 'none'}`);
  }

  // pairsOf reads what a constructor takes: a text, a list of pairs, or an object.
  function pairsOf(init) {
    if (typeof init !== 'object' && typeof init !== 'function' || init === null) return native.parseForm(`${init}`.replace(/^\?/, ''));
    if (init[Symbol.iterator] == null) {
      return Reflect.ownKeys(init)
        .filter((key) => Object.getOwnPropertyDescriptor(init, key)?.enumerable)
        .map((key) => [usv(key), usv(init[key])]);
    }
    return Array.from(init, (pair) => {
      if (pair === null || typeof pair !== 'object' || pair[Symbol.iterator] == null) throw new TypeError('each pair of URLSearchParams must be a list of a name and a value');
      const both = [...pair];
      if (both.length !== 2) throw new TypeError('each pair of URLSearchParams must have a name and a value');
      return both.map(usv);
    });
  }

  // usv makes a text without halves of surrogate pairs.
  function usv(value) {
    if (typeof value === 'symbol') throw new TypeError('a symbol is no text');
    const text = `${value}`;
    return /[\ud800-\udfff]/.test(text) ? native.wellFormed(text) : text;
  }

  class URLSearchParams {
    #pairs;
    #changed = null; // called after a change, when a URL shows these

    constructor(init = '') {
      this.#pairs = pairsOf(init);
    }

    get size() { return this.#pairs.length; }

    append(name, value) {
      need(arguments, 2, 'append');
      this.#pairs.push([usv(name), usv(value)]);
      this.#changed?.();
    }

    delete(name, value) {
      need(arguments, 1, 'delete');
      const is = matcher(name, value);
      this.#pairs = this.#pairs.filter((pair) => !is(pair));
      this.#changed?.();
    }

    get(name) {
      need(arguments, 1, 'get');
      return this.#pairs.find(matcher(name))?.[1] ?? null;
    }

    getAll(name) {
      need(arguments, 1, 'getAll');
      return this.#pairs.filter(matcher(name)).map((pair) => pair[1]);
    }

    has(name, value) {
      need(arguments, 1, 'has');
      return this.#pairs.some(matcher(name, value));
    }

    set(name, value) {
      need(arguments, 2, 'set');
      const is = matcher(name), pair = [usv(name), usv(value)];
      const at = this.#pairs.findIndex(is);
      if (at < 0) this.#pairs.push(pair);
      else this.#pairs = this.#pairs.filter((old, i) => i <= at || !is(old)).with(at, pair);
      this.#changed?.();
    }

    sort() {
      this.#pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
      this.#changed?.();
    }

    forEach(fn, self) {
      need(arguments, 1, 'forEach');
      if (typeof fn !== 'function') throw new TypeError('forEach needs a function');
      for (let i = 0; i < this.#pairs.length; i++) fn.call(self, this.#pairs[i][1], this.#pairs[i][0], this);
    }

    // What is added while an iterator runs is seen by it.
    *entries() { for (let i = 0; i < this.#pairs.length; i++) yield [...this.#pairs[i]]; }
    *keys() { for (let i = 0; i < this.#pairs.length; i++) yield this.#pairs[i][0]; }
    *values() { for (let i = 0; i < this.#pairs.length; i++) yield this.#pairs[i][1]; }

    toString() { return native.form(this.#pairs); }

    [update](changed) { this.#changed = changed; }
    [replace](query) { this.#pairs = native.parseForm(query); }
  }
  Object.defineProperty(URLSearchParams.prototype, Symbol.iterator, { value: URLSearchParams.prototype.entries, writable: true, configurable: true });
  Object.defineProperty(URLSearchParams.prototype, inspected, { value: 'URLSearchParams', configurable: true });

  function matcher(name, value) {
    name = usv(name);
    if (value === undefined) return (pair) => pair[0] === name;
    value = usv(value);
    return (pair) => pair[0] === name && pair[1] === value;
  }

  const parse = (address, base) => native.parse(usv(address), base === undefined ? undefined : usv(base));

  function parseOrThrow(address, base) {
    const parts = parse(address, base);
    if (parts) return parts;
    const error = new TypeError(base === undefined ? `${usv(address)} is not a URL` : `${usv(address)} is not a URL at ${usv(base)}`);
    error.code = 'ERR_INVALID_URL';
    throw error;
  }

  class URL {
    #parts;
    #params;

    constructor(address, base = undefined) {
      need(arguments, 1, 'URL');
      this.#parts = parseOrThrow(address, base);
    }

    static canParse(address, base) {
      need(arguments, 1, 'canParse');
      return parse(address, base) !== undefined;
    }

    static parse(address, base) {
      need(arguments, 1, 'parse');
      return this.canParse(address, base) ? new URL(address, base) : null;
    }

    get href() { return native.get(this.#parts, 'href'); }
    set href(address) {
      this.#parts = parseOrThrow(address);
      this.#refresh();
    }

    get search() { return native.get(this.#parts, 'search'); }
    set search(query) {
      native.set(this.#parts, 'search', usv(query));
      this.#refresh();
    }

    get searchParams() {
      if (!this.#params) {
        this.#params = new URLSearchParams(this.search);
        this.#params[update](() => native.set(this.#parts, 'search', `${this.#params}`));
      }
      return this.#params;
    }

    get origin() { return native.get(this.#parts, 'origin'); }

    toString() { return this.href; }
    toJSON() { return this.href; }

    #refresh() { this.#params?.[replace](this.search.slice(1)); }

    static {
      for (const name of ['protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname', 'hash']) {
        Object.defineProperty(this.prototype, name, {
          get() { return native.get(this.#parts, name); },
          set(value) { native.set(this.#parts, name, usv(value)); },
          configurable: true,
        });
      }
    }
  }
  Object.defineProperty(URL.prototype, inspected, { value: 'URL', configurable: true });

  for (const { prototype } of [URL, URLSearchParams]) {
    for (const name of Object.keys(Object.getOwnPropertyDescriptors(prototype))) {
      if (name !== 'constructor') Object.defineProperty(prototype, name, { enumerable: true });
    }
  }

  return { URL, URLSearchParams };
})
