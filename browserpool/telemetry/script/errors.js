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
// hush keeps the browser from telling of an error.
const hush = (event) => {
  if (mayTalk()) return;
  preventDefault(event);
  missed();
};
const errorCount = (metric, message) => count(metric, labels(message.slice(0, 200), page()));
listenToWindow('error', (event) => {
  // Elements that could not load dispatch an event without a message.
  if (event.target !== globalThis || typeof event.message !== 'string' || !event.message) return;
  errorCount('browser_js_errors', event.message);
  hush(event);
});
listenToWindow('unhandledrejection', (event) => {
  hush(event); // first: a message that throws must not get past it
  errorCount('browser_js_errors', messageOf(event.reason));
});
quieten(mayTalk, missed);
const consoleError = guarded((args) => errorCount('browser_console_errors', args.length ? messageOf(args[0]) : ''));
replace(console, 'error', {
  apply(native, self, args) {
    consoleError(args);
    return apply(native, self, args);
  },
});
