// Regular expressions that our own engine runs.
(function (Native, native) {
  'use strict';

  const { prototype } = Native;
  const { exec } = prototype;

  // patch has the prototype know our expressions, once there is one.
  let patch = () => {
    patch = () => {};
    const { test } = prototype;
    const [source, flags] = ['source', 'flags'].map((name) => Object.getOwnPropertyDescriptor(prototype, name).get);
    const replaceGetter = (name, get) => Object.defineProperty(prototype, name, { get, configurable: true, enumerable: false });
    replaceGetter('source', function () { return native.source(this) ?? source.call(this).replaceAll('\\u002f', '\\/'); });
    replaceGetter('flags', function () { return native.flags(this) ?? flags.call(this); });
    // goja's own test does not look for another exec.
    prototype.test = { test(text) { return native.flags(this) === undefined ? test.call(this, text) : this.exec(String(text)) !== null; } }.test;
  };

  // Another exec in the prototype makes all regular expressions slow, so that only a class with its own, which calls this one, gets it.
  function replaceExec() {
    if (prototype.exec !== exec) return;
    prototype.exec = { exec(text) { return native.flags(this) === undefined ? exec.call(this, text) : native.exec.call(this, text); } }.exec;
  }

  // make puts our expression into an object of goja's, whose u makes it step by characters.
  function make(pattern, flagText, target) {
    const expression = native.compile(pattern, flagText);
    patch();
    const known = flagText.replace('d', '').replace('v', 'u');
    const regexp = native.attach(Reflect.construct(Native, ['(?:)', known], target), expression);
    if (regexp.exec === exec) Object.defineProperty(regexp, 'exec', { value: native.exec, writable: true, configurable: true });
    else replaceExec();
    return regexp;
  }

  return make;
})
