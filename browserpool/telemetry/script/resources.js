// ---- what a document waits for, and what its server says of itself -----------------------------------
const NOT_WAITED_FOR = { __proto__: null, fetch: true, xmlhttprequest: true, beacon: true, eventsource: true };
let lastWaitedFor = 0; // when the last one ended that load waited for,
let lastBlocking = 0; // and the last one that kept the page from being drawn
let resourcesKnown = false;
const noteResource = (e) => {
  if (resourcesKnown || !inWindow) return;
  const loaded = document.readyState === 'complete' ? navigationEntry().loadEventStart : 0;
  if (NOT_WAITED_FOR[e.initiatorType] || (loaded && e.responseEnd > loaded)) return;
  if (e.responseEnd > lastWaitedFor) lastWaitedFor = e.responseEnd;
  if (e.renderBlockingStatus === 'blocking' && e.responseEnd > lastBlocking) lastBlocking = e.responseEnd;
};
// measureResources is for a document that has loaded.
const measureResources = (e, by) => {
  if (resourcesKnown || !(e.loadEventStart > 0)) return;
  measureAll(takeEntries(resources));
  resourcesKnown = true;
  observe('document_resources_us', by, micros(lastWaitedFor - e.responseEnd));
  observe('document_render_blocked_us', by, micros(lastBlocking - e.responseEnd));
};

const MOST_TIMINGS = 10; // of an answer
// timings are those of its header Server-Timing. Another origin has to allow the page to see them.
const timings = (e, type) => {
  const all = located(type) && e.serverTiming;
  if (!all) return;
  for (let i = 0; i < all.length && i < MOST_TIMINGS; i++) {
    if (all[i].duration > 0) observe('http_server_timing_us', labels(all[i].name, type) + where(true, e.name), micros(all[i].duration));
  }
};
