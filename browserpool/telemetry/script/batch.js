const nativeThen = Promise.prototype.then;
const nativeListen = EventTarget.prototype.addEventListener;
const withoutFragment = (url) => url.split('#', 1)[0];
const withoutQuery = (url) => url.split(/[?#]/, 1)[0];
const page = () => withoutQuery(location.href);
const micros = (ms) => most(0, round(ms * 1000));

// ---- samples ----------------------------------------------------------------------------------
const FLUSH_EVERY_MS = 300;
const REPLY_LIMIT_MS = 10000; // a batch that is not confirmed by then holds up the next ones no longer
const MOST_SAMPLES = 20000; // in a batch: a driver that is slow must not cost the page its memory
const MOST_SERIES = 2000;
const MOST_CHARS = 250000; // three bytes each at most: a longer batch would be dropped whole
const LONGEST_LABEL = 1000;
const cut = (text, length = LONGEST_LABEL) => (typeof text === 'string' ? text.slice(0, length) : 'unknown');
// labels puts the values of two labels together, in the order in which the metric declares them. Only the first may
// have a newline in it.
const labels = (first, second) => cut(first) + '\n' + cut(second);
const empty = () => Object.create(null);
let histograms = empty();
let counters = empty();
let hidden = ''; // requests of whose end the page is not told, as JSON
let hiddenCount = 0;
let samples = 0;
let series = 0;
let chars = 0;
let dropped = 0;
let unheard = 0; // lines of the console
let uncalled = 0; // calls of exposed functions
let over = false; // the last batch was taken: what happens now is not recorded
let left = false; // the page has gone: an entry that comes now was counted as its request
// The window is being closed: nothing is recorded any more, so nothing may leave the page either. A long poll would
// go on to the very end.
let closing = false;
let armed = false;
let sendingSince = 0; // 0 when no batch is on its way

const arm = () => {
  if (armed || over) return;
  armed = true;
  later(flush, FLUSH_EVERY_MS);
};
const find = (all, metric, label) => {
  const text = cut(label, 3 * LONGEST_LABEL);
  const key = metric + '\n' + text;
  let found = all[key];
  if (found || series >= MOST_SERIES || chars >= MOST_CHARS) return found;
  const head = '[' + stringify(metric) + ',' + stringify(text) + ',';
  series++;
  chars += head.length;
  all[key] = found = { __proto__: null, head, values: '', n: 0 };
  return found;
};
const observe = (metric, label, value) => {
  if (over) return;
  const one = value >= 0 && value < 1e300 && samples < MOST_SAMPLES && chars < MOST_CHARS ? find(histograms, metric, label) : undefined;
  if (one) {
    const text = one.values ? ',' + value : '' + value;
    one.values += text;
    chars += text.length;
    samples++;
  } else dropped++;
  arm();
};
const count = (metric, label, n = 1) => {
  if (over) return;
  const one = find(counters, metric, label);
  if (one) one.n += n;
  else dropped++;
  arm();
};

const MOST_HIDDEN = 500; // in a batch
const LONGEST_URL = 2000; // as in hidden.go
// unknown takes a request of whose end the page is not told. It returns whether there was room for it.
const unknown = (type, status, url, duration, bytes) => {
  if (over) return true;
  if (hiddenCount >= MOST_HIDDEN || chars >= MOST_CHARS) return false;
  hiddenCount++;
  const one = '[' + stringify(type) + ',' + stringify(status) + ',' + stringify(cut(withoutFragment(url), LONGEST_URL)) + ',' + duration + ',' + bytes + ']';
  hidden += (hidden && ',') + one;
  chars += one.length;
  arm();
  return true;
};

// ---- batches ----------------------------------------------------------------------------------
// Batches are numbered, so that the receiver knows when it has seen all that a document sent. Their
// JSON is put together here since pages add toJSON to arrays.
const documentID = Math.random().toString(36).slice(2);
let taken = 0;
const listed = (all, field) => {
  let text = '';
  for (const key in all) {
    const one = all[key];
    text += (text && ',') + one.head + field(one) + ']';
  }
  return text;
};
// tell counts what is not recorded, however full the batch is.
const tell = (why, n) => {
  if (!n) return;
  series = chars = 0;
  count('liveload_samples_dropped', why, n);
};
const take = () => {
  tell('too many in the page', dropped);
  tell('too many console lines', unheard);
  tell('too many calls from a page', uncalled);
  const h = listed(histograms, (one) => '[' + one.values + ']');
  const c = listed(counters, (one) => one.n);
  histograms = empty();
  counters = empty();
  samples = series = chars = dropped = unheard = uncalled = 0;
  const u = hidden;
  hidden = '';
  hiddenCount = 0;
  if (!h && !c && !u) return '';
  return '{"d":"' + documentID + '","n":' + ++taken + ',"h":[' + h + '],"c":[' + c + '],"u":[' + u + ']}';
};
const confirmed = () => {
  sendingSince = 0;
  if (samples || series || dropped || unheard || uncalled || hidden) arm();
};
const send = () => {
  const binding = bindingOf();
  if (!binding) return; // the samples stay, for end
  const batch = take();
  if (!batch) return;
  sendingSince = now();
  try {
    // Only the binding of popups and frames confirms; the other is never behind.
    const confirmation = binding(batch);
    if (confirmation) apply(nativeThen, confirmation, [confirmed, confirmed]);
    else sendingSince = 0;
  } catch {
    sendingSince = 0;
  }
};
function flush() {
  armed = false;
  if (sendingSince && now() - sendingSince < REPLY_LIMIT_MS) return; // confirmed arms again
  send();
}

// ---- ways into the page ---------------------------------------------------------------------------
// What is not understood is not measured, and no error of telemetry becomes the page's.
const guarded = (measure) => (...args) => {
  try {
    return apply(measure, undefined, args);
  } catch {
    count('liveload_samples_dropped', 'not understood');
    return undefined;
  }
};
const listen = (target, type, handle) => apply(nativeListen, target, [type, guarded(handle), true]);
// Listeners of the window are lost when a page opens its document anew.
const ofWindow = [];
const listenToWindow = (type, handle) => {
  const args = [type, guarded(handle), true];
  ofWindow[ofWindow.length] = args;
  apply(nativeListen, globalThis, args);
};
// replace puts a proxy in the place of a function, which looks like it in every respect.
const replace = (target, name, trap) => {
  const descriptor = target && Object.getOwnPropertyDescriptor(target, name);
  if (!descriptor || typeof descriptor.value !== 'function') return undefined;
  const proxy = new Proxy(descriptor.value, { __proto__: null, ...trap }); // pages add traps to all objects
  Object.defineProperty(target, name, { ...descriptor, value: proxy });
  return proxy;
};
for (const name of ['open', 'write', 'writeln']) {
  replace(Document.prototype, name, {
    apply(native, self, args) {
      const reopens = self === document && document.readyState !== 'loading';
      const result = apply(native, self, args);
      if (reopens) for (let i = 0; i < ofWindow.length; i++) apply(nativeListen, globalThis, ofWindow[i]);
      return result;
    },
  });
}
