// What the other files use: the browser's own functions, before a page could replace them, and what the window listens to.
if (globalThis.__liveload) return;
const frame = globalThis.requestAnimationFrame.bind(globalThis);
const entriesOf = performance.getEntriesByType.bind(performance);
const Observer = globalThis.MutationObserver;
const PARSE_MS = 5000; // after which a document that is not at its end is read as far as it is
const RECHECK_MS = 100; // for changes without a mutation: styles, media, values

// What the window listens to. document.open and document.write into a finished page take all listeners away.
const listening = [];
const addListener = globalThis.addEventListener.bind(globalThis);
const listen = () => { for (const [type, listener, capture] of listening) addListener(type, listener, capture); };
