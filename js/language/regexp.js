// RegExp that hands what goja runs wrongly to our own engine.
(function (define, native) {
  'use strict';

  const Native = RegExp;
  const { prototype } = Native;
  const getter = (name) => Object.getOwnPropertyDescriptor(prototype, name).get;
  const source = getter('source');
  const flags = getter('flags');

  const replaceGetter = (name, get) => Object.defineProperty(prototype, name, { get, configurable: true, enumerable: false });
  replaceGetter('source', function () { return native.source(this) ?? source.call(this).replaceAll('\\u002f', '\\/'); });
  replaceGetter('flags', function () { return native.flags(this) ?? flags.call(this); });
  replaceGetter('hasIndices', function () { return (native.flags(this) ?? '').includes('d'); });
  replaceGetter('unicodeSets', function () { return (native.flags(this) ?? '').includes('v'); });

  // goja's own test does not look for another exec.
  const { exec, test } = prototype;
  prototype.test = { test(text) { return native.flags(this) === undefined ? test.call(this, text) : this.exec(String(text)) !== null; } }.test;

  // Another exec in the prototype makes all regular expressions slow, so that only a class with its own, which calls this one, gets it.
  function replaceExec() {
    if (prototype.exec !== exec) return;
    prototype.exec = { exec(text) { return native.flags(this) === undefined ? exec.call(this, text) : native.exec.call(this, text); } }.exec;
  }

  // make puts our expression into an object of goja's, whose u makes it step by characters.
  function make(pattern, flagText, target) {
    const expression = native.compile(pattern, flagText);
    const known = flagText.replace('d', '').replace('v', 'u');
    const regexp = native.attach(Reflect.construct(Native, ['(?:)', known], target), expression);
    if (regexp.exec === exec) Object.defineProperty(regexp, 'exec', { value: native.exec, writable: true, configurable: true });
    else replaceExec();
    return regexp;
  }

  function isRegExp(value) {
    if (Object(value) !== value) return false;
    const matcher = value[Symbol.match];
    return matcher === undefined ? Object.prototype.toString.call(value) === '[object RegExp]' : Boolean(matcher);
  }

  function Ours(pattern, flagText) {
    const like = isRegExp(pattern);
    if (new.target === undefined && like && flagText === undefined && pattern.constructor === Ours) return pattern;
    const text = like ? pattern.source : pattern;
    const given = like && flagText === undefined ? pattern.flags : flagText;
    const both = [text === undefined ? '' : String(text), given === undefined ? '' : String(given)];
    const target = new.target ?? Ours;
    return native.needed(...both) ? make(...both, target) : Reflect.construct(Native, both, target);
  }
  Object.defineProperty(Ours, 'name', { value: 'RegExp', configurable: true });
  Object.defineProperty(Ours, 'prototype', { value: prototype, writable: false });
  Object.defineProperty(Ours, Symbol.species, { get() { return this; }, configurable: true });
  Object.defineProperty(prototype, 'constructor', { value: Ours, writable: true, configurable: true });

  const letters = { '\t': 't', '\n': 'n', '\v': 'v', '\f': 'f', '\r': 'r' };
  const hex = (character, size) => character.charCodeAt(0).toString(16).padStart(size, '0');

  function escaped(character, first) {
    if (first && /^[0-9a-zA-Z]$/.test(character)) return `\\x${hex(character, 2)}`;
    if ('^$\\.*+?()[]{}|/'.includes(character)) return `\\${character}`;
    if (letters[character]) return `\\${letters[character]}`;
    if (/^[-,=<>#&!%:;@~'`"]$/.test(character) || (/^\s$/.test(character) && character <= '\xff')) return `\\x${hex(character, 2)}`;
    if (/^\s$/.test(character) || (character >= '\ud800' && character <= '\udfff' && character.length === 1)) return `\\u${hex(character, 4)}`;
    return character;
  }

  define(Ours, {
    escape(text) {
      if (typeof text !== 'string') throw new TypeError('RegExp.escape needs a text');
      return Array.from(text, (character, i) => escaped(character, i === 0)).join('');
    },
  });
  globalThis.RegExp = Ours;
  return (pattern, flagText) => make(pattern, flagText, Ours);
})
