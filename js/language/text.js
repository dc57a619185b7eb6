// String.prototype.isWellFormed and toWellFormed.
(function (define) {
  'use strict';

  function textOf(value) {
    if (value === undefined || value === null) throw new TypeError(`${value} is no text`);
    return String(value);
  }

  // A text gives its characters; what is left of a pair comes alone.
  const isLone = (character) => character.length === 1 && character >= '\ud800' && character <= '\udfff';

  define(String.prototype, {
    isWellFormed() {
      for (const character of textOf(this)) if (isLone(character)) return false;
      return true;
    },
    toWellFormed() {
      let result = '';
      for (const character of textOf(this)) result += isLone(character) ? '\ufffd' : character;
      return result;
    },
  });
})
