// ---- LiveView's own signals -----------------------------------------------------------------------
const loads = new Map();
const loaded = (kind) => {
  const from = loads.get(kind);
  if (from === undefined) return false;
  loads.delete(kind);
  observe('liveview_page_loading_duration_us', labels(kind, page()), micros(now() - from));
  return true;
};
const kindOf = (event) => (event.detail && event.detail.kind) || 'unknown';
listenToWindow('phx:page-loading-start', (event) => {
  const kind = kindOf(event);
  if (kind === 'error' && loads.has(kind)) return; // each failed attempt to rejoin says it again
  if (loaded(kind)) count('liveview_canceled_loads', labels(kind, page()));
  loads.set(kind, now());
});
listenToWindow('phx:page-loading-stop', (event) => loaded(kindOf(event)));
listenToWindow('phx:navigate', (event) => count('liveview_navigations', labels(event.detail && event.detail.patch ? 'patch' : 'redirect', page())));

let connected = false;
const lost = new Set(); // root views
let lostSince = 0;
const view = (el, before) => {
  if (hasAttribute(el, 'data-phx-parent-id')) return;
  const classes = el.classList;
  if (classes.contains('phx-connected')) {
    if (!connected) {
      connected = true;
      observe('liveview_connection_duration_us', page(), micros(now()));
    }
    if (lost.size) regained(el);
  } else if (classes.contains('phx-error') && !lost.has(el) && before.includes('phx-connected')) {
    if (lost.size === 0) {
      lostSince = now();
      count('liveview_disconnections', page());
    }
    lost.add(el);
  }
};
// regained counts once all views are back that were lost and are still on the page.
const regained = (el) => {
  lost.delete(el);
  for (const other of lost) if (!other.isConnected) lost.delete(other);
  if (lost.size) return;
  loaded('error');
  count('liveview_reconnections', page());
  observe('liveview_reconnection_duration_us', page(), micros(now() - lostSince));
};
const LOADING = /\bphx-(?:click|submit|change|focus|blur|keydown|keyup|hook)-loading\b/g;
const busy = new WeakMap(); // element -> class -> since when
const loading = (el, before, after) => {
  let since = busy.get(el);
  for (const name of after.match(LOADING) || []) {
    if (!since) busy.set(el, (since = new Map()));
    if (!since.has(name)) since.set(name, now());
  }
  if (!since) return;
  for (const { 0: name, 1: from } of since) {
    if (after.includes(name)) continue;
    observe('liveview_loading_class_duration_us', labels(name, page()), micros(now() - from));
    since.delete(name);
  }
  if (!since.size) busy.delete(el);
};
const classChanged = guarded((target, before) => {
  const after = getAttribute(target, 'class') || '';
  if ((after.includes('phx-') || before.includes('phx-')) && hasAttribute(target, 'data-phx-session')) view(target, before);
  if (before.includes('-loading') || after.includes('-loading')) loading(target, before, after);
});
observeMutations(new Mutations((records) => {
  for (let i = 0; i < records.length; i++) classChanged(records[i].target, records[i].oldValue || '');
}), document, { subtree: true, attributes: true, attributeFilter: ['class'], attributeOldValue: true });
