// ---- what a page may say ------------------------------------------------------------------------
// The browser tells everybody who listens of each line of a console and of each error. The thread that does so serves other
// users' pages too, so what is above a budget is dropped here, where it costs them nothing.
const LINES_PER_SECOND = 200; // as in loud.go
const MOST_LINES = 4000; // at once
const speaker = (times = 1) => {
  let used = 0;
  let at = now();
  return () => {
    const time = now();
    used = most(0, used - ((time - at) / 1000) * LINES_PER_SECOND * times);
    at = time;
    if (used >= MOST_LINES * times) return false;
    used++;
    return true;
  };
};
// quieten lets the console say what mayTalk lets pass, and calls missed for the rest. As long as there is no trap, calls reach the
// browser without a function of ours between them, which it would take for the place of the line.
const quieten = (mayTalk, missed) => {
  const mayAssert = speaker(); // most assertions hold, and say nothing
  const names = ownKeys(console);
  for (let i = 0; i < names.length; i++) {
    const name = names[i];
    const descriptor = getOwnPropertyDescriptor(console, name);
    if (typeof descriptor.value !== 'function' || name === 'createTask' || name === 'context') continue;
    const asserts = name === 'assert';
    const may = asserts ? mayAssert : mayTalk;
    const drop = (native, self, args) => { if (!asserts || !args[0]) missed(); };
    descriptor.value = new Proxy(descriptor.value, { __proto__: null, get apply() { return may() ? undefined : drop; } });
    defineProperty(console, name, descriptor);
  }
};
