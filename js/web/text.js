// TextEncoder and TextDecoder for UTF-8.
(function (native) {
  'use strict';

  class TextEncoder {
    get encoding() { return 'utf-8'; }

    encode(text = '') {
      return new Uint8Array(native.encode(`${text}`));
    }

    encodeInto(text, destination) {
      let read = 0;
      let written = 0;
      for (const character of `${text}`) {
        const bytes = this.encode(character);
        if (written + bytes.length > destination.length) break;
        destination.set(bytes, written);
        read += character.length;
        written += bytes.length;
      }
      return { read, written };
    }
  }

  function bytesOf(data) {
    if (data === undefined) return new Uint8Array(0);
    if (data instanceof ArrayBuffer) return new Uint8Array(data);
    if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    throw new TypeError('TextDecoder.decode needs an ArrayBuffer or a typed array');
  }

  class TextDecoder {
    #rest = []; // of a stream: the beginning of a character
    #begun = false;
    #fatal;
    #ignoreBOM;

    get encoding() { return 'utf-8'; }
    get fatal() { return this.#fatal; }
    get ignoreBOM() { return this.#ignoreBOM; }

    constructor(label = 'utf-8', { fatal = false, ignoreBOM = false } = {}) {
      if (!['utf-8', 'utf8', 'unicode-1-1-utf-8'].includes(`${label}`.trim().toLowerCase())) {
        throw new RangeError(`TextDecoder knows only utf-8, not ${label}`);
      }
      this.#fatal = Boolean(fatal);
      this.#ignoreBOM = Boolean(ignoreBOM);
    }

    decode(data, { stream = false } = {}) {
      let bytes = bytesOf(data);
      if (this.#rest.length > 0) bytes = Uint8Array.from([...this.#rest, ...bytes]);
      const end = stream ? native.complete(bytes) : bytes.length;
      this.#rest = [...bytes.subarray(end)];
      const text = native.decode(bytes.subarray(0, end), this.fatal);
      if (text === undefined) throw new TypeError('the bytes are not utf-8');
      const marked = !this.#begun && !this.ignoreBOM && text.startsWith('\uFEFF');
      this.#begun = stream && (this.#begun || end > 0);
      return marked ? text.slice(1) : text;
    }
  }

  return { TextEncoder, TextDecoder };
})
