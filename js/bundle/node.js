// absent makes a module of Node.js: its exports can be read, and extended by classes, and throw when they are used.
const absent = (name, advice) => {
  const stub = (what) => {
    const refuse = () => {
      throw new Error(`${what} is a part of Node.js, in which scenarios do not run; ${advice}`);
    };
    const get = (target, key) => {
      if (key === Symbol.hasInstance) return () => false;
      if (key in target) return target[key];
      if (key === Symbol.toPrimitive || key === Symbol.iterator) return refuse;
      return typeof key === 'symbol' || key === '__esModule' || key === 'then' ? undefined : stub(`${what}.${key}`);
    };
    const target = function () {};
    const inherited = (of, key) => (key in of || typeof key === 'symbol' ? of[key] : stub(`${what}.${key}`));
    Object.setPrototypeOf(target.prototype, new Proxy({}, { get: inherited }));
    return new Proxy(target, { get, apply: refuse, construct: refuse });
  };
  // esbuild gives importers an object with the prototype of what the module exports: so that is what has all names.
  const all = stub(name);
  const exports = function () { return all(); };
  exports.prototype = all.prototype;
  return Object.setPrototypeOf(exports, all);
};
