// ---- errors of the page -----------------------------------------------------------------------
// messageOf reads errors and texts only: making a text of anything else runs code of the page.
const messageOf = (thing) => {
  if (typeof thing === 'string') return thing;
  if (thing instanceof Error || thing instanceof DOMException) return String(thing.message) || thing.name;
  return thing === null ? 'null' : typeof thing;
};
const mayTalk = speaker();
const missed = () => {
  if (over) return;
  unheard++;
  arm();
};
// hush keeps the browser from telling of an error, which it does with its message twice.
const hush = (event, message) => {
  const bytes = 2 * (message.length || 0);
  if (bytes <= LONGEST_LINE && mayTalk(most(1, bytes / BYTES_OF_ONE))) return;
  preventDefault(event);
  missed();
};
const errorCount = (metric, message) => count(metric, labels(message.slice(0, 200), page()));
listenToWindow('error', (event) => {
  // Elements that could not load dispatch an event without a message.
  if (event.target !== globalThis || typeof event.message !== 'string' || !event.message) return;
  errorCount('browser_js_errors', event.message);
  hush(event, event.message);
});
listenToWindow('unhandledrejection', (event) => {
  let message = '';
  try {
    message = messageOf(event.reason);
  } finally { // one that throws must not get past it
    hush(event, message);
  }
  errorCount('browser_js_errors', message);
});
quieten(mayTalk, missed);
const consoleError = guarded((args) => errorCount('browser_console_errors', args.length ? messageOf(args[0]) : ''));
replace(console, 'error', {
  apply(native, self, args) {
    consoleError(args);
    return apply(native, self, args);
  },
});
