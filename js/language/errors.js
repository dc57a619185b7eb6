// Error.captureStackTrace, as Node.js has it.
(function () {
  'use strict';

  return {
    'Error.captureStackTrace': function (target) {
      const lines = String(new Error().stack).split('\n');
      const at = lines.findIndex((line) => /^\s*at /.test(line));
      const calls = at < 0 ? [] : lines.slice(at + 1);
      const value = [Error.prototype.toString.call(target), ...calls].join('\n');
      Object.defineProperty(target, 'stack', { value, writable: true, configurable: true });
    },
  };
})
