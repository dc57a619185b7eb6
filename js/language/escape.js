// RegExp.escape.
(function () {
  'use strict';

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

  return {
    'RegExp.escape': function (text) {
      if (typeof text !== 'string') throw new TypeError('RegExp.escape needs a text');
      return Array.from(text, (character, i) => escaped(character, i === 0)).join('');
    },
  };
})
