// ---- what a page may say ------------------------------------------------------------------------
// The browser tells everybody who listens of each line of a console and of each error. The thread that does so serves other
// users' pages too, so what is above a budget is dropped here, where it costs them nothing.
const LINES_PER_SECOND = 200; // as in limiter.go
const MOST_LINES = 1000; // at once: each is an object in the driver and in liveload
const LONGEST_LINE = 1 << 20; // bytes of what the browser tells of it
const BYTES_OF_ONE = 1 << 10; // a longer one costs more than one
// budget returns a function that says whether there is enough left, and takes it.
const budget = (perSecond, atOnce) => {
  let used = 0;
  let at = now();
  return (cost) => {
    const time = now();
    used = most(0, used - ((time - at) / 1000) * perSecond);
    at = time;
    if (used + cost > atOnce) return false;
    used += cost;
    return true;
  };
};
const speaker = (times = 1) => {
  const may = budget(LINES_PER_SECOND * times, MOST_LINES * times);
  return (cost = 1) => may(cost);
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
