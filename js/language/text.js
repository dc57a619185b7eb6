// String.prototype.isWellFormed and toWellFormed.
(function () {
  'use strict';

  function textOf(value) {
    if (value === undefined || value === null) throw new TypeError(`${value} is no text`);
    return String(value);
  }

  // A text gives its characters; what is left of a pair comes alone.
  const isLone = (character) => character.length === 1 && character >= '\ud800' && character <= '\udfff';

  return {
    'String.prototype.isWellFormed': function () {
      for (const character of textOf(this)) if (isLone(character)) return false;
      return true;
    },
    'String.prototype.toWellFormed': function () {
      let result = '';
      for (const character of textOf(this)) result += isLone(character) ? '\ufffd' : character;
      return result;
    },
  };
})
