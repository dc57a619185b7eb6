// Gives the function that makes the method of an operation by its name. It is compiled once per process and
// run in each VM whose script uses an operation. begin is Go's.
(function (begin) {
  'use strict';
  return (name) => ({ [name](...args) { return begin(name, this, ...args); } })[name];
})
