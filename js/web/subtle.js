// crypto.subtle and CryptoKey. What Go does takes no time to speak of, but promises tell what came of it.
(function (native) {
  'use strict';

  const secret = {};

  class CryptoKey {
    #handle;
    #about;

    constructor(key, handle) {
      if (key !== secret) throw new TypeError('a CryptoKey comes from crypto.subtle');
      this.#handle = handle;
      this.#about = native.describe(handle);
    }

    get type() { return this.#about.type; }
    get extractable() { return this.#about.extractable; }
    get algorithm() { return this.#about.algorithm; }
    get usages() { return this.#about.usages; }

    static handle(value) {
      if (typeof value !== 'object' || value === null || !(#handle in value)) throw new TypeError('a CryptoKey is needed');
      return value.#handle;
    }
  }
  const { handle } = CryptoKey;
  delete CryptoKey.handle;

  const keyOf = (made) => new CryptoKey(secret, made);

  // read is an algorithm with its parameters: what Go reads.
  function read(algorithm) {
    const given = typeof algorithm === 'object' && algorithm !== null ? algorithm : { name: algorithm };
    if (given.name === undefined) throw new TypeError('an algorithm needs a name');
    return {
      ...parameters(given),
      name: native.canonical(`${given.name}`),
      hash: given.hash === undefined ? '' : native.canonical(`${given.hash.name ?? given.hash}`),
      public: given.public === undefined ? undefined : handle(given.public),
    };
  }

  function parameters(given) {
    const found = {};
    for (const name of ['namedCurve', 'length', 'modulusLength', 'publicExponent', 'iv', 'additionalData', 'counter', 'label', 'salt', 'info', 'tagLength', 'saltLength', 'iterations']) {
      if (given[name] !== undefined) found[name] = given[name];
    }
    return found;
  }

  function importWith(format, data, algorithm, extractable, usages) {
    const list = [...usages];
    if (format === 'jwk') {
      if (typeof data !== 'object' || data === null || ArrayBuffer.isView(data) || data instanceof ArrayBuffer) throw new TypeError('a JWK is an object');
      return keyOf(native.importJWK(data, algorithm, Boolean(extractable), list));
    }
    return keyOf(native.importKey(`${format}`, data, algorithm, Boolean(extractable), list));
  }

  const exported = (format, key) => (format === 'jwk' ? native.exportJWK(handle(key)) : native.exportKey(`${format}`, handle(key)));

  class SubtleCrypto {
    constructor(key) {
      if (key !== secret) throw new TypeError('there is one: crypto.subtle');
    }

    async digest(algorithm, data) { return native.digest(read(algorithm), data); }
    async sign(algorithm, key, data) { return native.sign(read(algorithm), handle(key), data); }
    async verify(algorithm, key, signature, data) { return native.verify(read(algorithm), handle(key), signature, data); }
    async encrypt(algorithm, key, data) { return native.encrypt(read(algorithm), handle(key), data, 'encrypt'); }
    async decrypt(algorithm, key, data) { return native.decrypt(read(algorithm), handle(key), data, 'decrypt'); }
    async deriveBits(algorithm, key, length = null) { return native.deriveBits(read(algorithm), handle(key), length, 'deriveBits'); }
    async importKey(format, data, algorithm, extractable, usages) { return importWith(format, data, read(algorithm), extractable, usages); }
    async exportKey(format, key) { return exported(format, key); }

    async generateKey(algorithm, extractable, usages) {
      const made = native.generate(read(algorithm), Boolean(extractable), [...usages]);
      if (made.public === undefined) return keyOf(made.private);
      return { publicKey: keyOf(made.public), privateKey: keyOf(made.private) };
    }

    async deriveKey(algorithm, key, derived, extractable, usages) {
      const type = read(derived);
      const bits = native.deriveBits(read(algorithm), handle(key), native.keyBits(type), 'deriveKey');
      return importWith('raw', bits, type, extractable, usages);
    }

    async wrapKey(format, key, wrapping, algorithm) {
      const data = exported(format, key);
      const bytes = format === 'jwk' ? new TextEncoder().encode(JSON.stringify(data)) : data;
      return native.encrypt(read(algorithm), handle(wrapping), bytes, 'wrapKey');
    }

    async unwrapKey(format, wrapped, unwrapping, algorithm, type, extractable, usages) {
      const bytes = native.decrypt(read(algorithm), handle(unwrapping), wrapped, 'unwrapKey');
      const data = format === 'jwk' ? JSON.parse(new TextDecoder().decode(bytes)) : bytes;
      return importWith(format, data, read(type), extractable, usages);
    }
  }

  const { TextEncoder, TextDecoder } = globalThis;
  for (const Class of [CryptoKey, SubtleCrypto]) {
    Object.defineProperty(Class.prototype, Symbol.toStringTag, { value: Class.name, configurable: true });
  }
  return { CryptoKey, SubtleCrypto, subtle: new SubtleCrypto(secret) };
})
