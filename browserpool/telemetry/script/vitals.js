// ---- Web Vitals, document timings and long tasks ------------------------------------------------------
// A visit is what a window shows under one address: the document, then each soft navigation that the browser finds.
// What is known at the end of a visit only is recorded there, once. docs/vitals.md has the definitions.
const ENTRIES = ['paint', 'largest-contentful-paint', 'layout-shift', 'event', 'first-input', 'soft-navigation', 'interaction-contentful-paint'];
const SLOW_EVENT_MS = 40; // shorter ones are not reported, but for the first input
const MOST_SLOWEST = 10;
const UNSEEN_INTERACTION_MS = 8; // what one counts that was too short to be reported
const SESSION_GAP_MS = 1000; // between two shifts of one session window,
const SESSION_MS = 5000; // which is not longer than this
const inWindow = globalThis === globalThis.top && location.protocol.startsWith('http'); // frames have no vitals of their own
const navigationEntry = () => entriesOfType(timeline, 'navigation')[0];
const KINDS = { __proto__: null, reload: 'reload', back_forward: 'back-forward' };
const newVisit = (address, kind, interaction) => ({
  by: labels(address, kind), interaction, lcp: -1, inputAt: Infinity, cls: 0, session: 0, firstShift: 0, lastShift: 0,
  slowest: [], counted: interaction ? interactionCount(timeline) : 0,
});
let visit = null;
let painted = false; // something was seen, so that there is a layout to shift
let hiddenAt = Infinity;
const NOTHING = { __proto__: null };
const activation = () => (navigationEntry() || NOTHING).activationStart || 0; // of a page that was rendered before it was asked for

const measureEntry = (e) => {
  switch (e.entryType) {
    case 'paint':
      if (e.name !== 'first-contentful-paint' || e.startTime >= hiddenAt) return;
      painted = true;
      observe('web_vital_fcp_us', visit.by, micros(e.startTime - activation()));
      return;
    case 'largest-contentful-paint':
      if (!visit.interaction && e.startTime < hiddenAt) visit.lcp = micros(e.startTime - activation());
      return;
    case 'interaction-contentful-paint': paintedAfterInteraction(e); return;
    case 'layout-shift': shifted(e); return;
    case 'soft-navigation': moved(e); return;
    case 'longtask': longTask(e); return;
    default: interacted(e);
  }
};
const paintedAfterInteraction = (e) => {
  if (!visit.interaction || e.interactionId !== visit.interaction) return;
  const at = e.largestContentfulPaint ? e.largestContentfulPaint.renderTime : 0;
  if (at < hiddenAt && at <= visit.inputAt) visit.lcp = micros(at - e.startTime);
};
const shifted = (e) => {
  if (e.hadRecentInput) return;
  const at = e.startTime;
  const goesOn = visit.session && at - visit.lastShift < SESSION_GAP_MS && at - visit.firstShift < SESSION_MS;
  if (!goesOn) visit.firstShift = at;
  visit.session = goesOn ? visit.session + e.value : e.value;
  visit.lastShift = at;
  if (visit.session > visit.cls) visit.cls = visit.session;
};
// interacted keeps the slowest interactions, the slowest first. One has several events.
const interacted = (e) => {
  const id = e.interactionId;
  if (!id) return;
  const { slowest } = visit;
  let at = 0;
  while (at < slowest.length && slowest[at].id !== id) at++;
  if (at < slowest.length) {
    if (slowest[at].took < e.duration) slowest[at].took = e.duration;
  } else if (at < MOST_SLOWEST) {
    slowest[at] = { id, took: e.duration };
  } else {
    at = MOST_SLOWEST - 1;
    if (e.duration > slowest[at].took) slowest[at] = { id, took: e.duration };
  }
  for (; at > 0 && slowest[at - 1].took < slowest[at].took; at--) {
    const faster = slowest[at - 1];
    slowest[at - 1] = slowest[at];
    slowest[at] = faster;
  }
};
// moved begins a visit without a document.
const moved = (e) => {
  endVisit();
  visit = newVisit(withoutQuery(e.name), 'soft-navigation', e.interactionId);
  hiddenAt = Infinity;
  observe('web_vital_ttfb_us', visit.by, 0);
  observe('web_vital_fcp_us', visit.by, micros((e.presentationTime || e.paintTime || 0) - e.startTime));
  const largest = e.getLargestInteractionContentfulPaint && e.getLargestInteractionContentfulPaint();
  if (largest) paintedAfterInteraction(largest);
};
const inp = () => {
  const interactions = interactionCount(timeline) - visit.counted;
  const { slowest } = visit;
  if (slowest.length) return slowest[least(slowest.length - 1, floor(interactions / 50))].took;
  return interactions > 0 && visit.interaction ? UNSEEN_INTERACTION_MS : -1;
};
const endVisit = () => {
  const took = inp();
  if (took >= 0) observe('web_vital_inp_us', visit.by, micros(took));
  if (visit.lcp >= 0) observe('web_vital_lcp_us', visit.by, visit.lcp);
  if (painted) observe('web_vital_cls', visit.by, visit.cls);
};
// Of a task that several documents of a window share, the window's own tells.
const longTask = (e) => {
  if (e.name === 'self' || (inWindow && (e.name === 'unknown' || e.name === 'multiple-contexts'))) observe('long_task_duration_us', page(), micros(e.duration));
};

// The types of one batch come one after the other: they are put in the order in which they ended.
const measureInOrder = (entries) => {
  if (inWindow && !visit) return; // it has ended
  sort(entries, (a, b) => a.startTime + a.duration - b.startTime - b.duration);
  for (let i = 0; i < entries.length; i++) measureEntry(entries[i]);
};
const visits = new Observer(guarded((list) => measureInOrder(entriesOf(list))));
observeEntries(visits, { type: 'longtask', buffered: true });

const documentTimings = empty(); // metrics that were recorded
const documentTime = (metric, by, at) => {
  if (!(at > 0) || at >= now() || documentTimings[metric]) return;
  documentTimings[metric] = true;
  observe(metric, by, micros(at - activation()));
};
const measureDocument = () => {
  const e = navigationEntry();
  if (!e || !e.name.startsWith('http')) return;
  documentTime('web_vital_ttfb_us', documentVisit, e.responseStart);
  documentTime('document_dom_ready_us', documentPage, e.domContentLoadedEventEnd);
  documentTime('document_load_us', documentPage, e.loadEventEnd);
  measureResources(e, documentPage);
};
const documentPage = page();
const documentKind = KINDS[(navigationEntry() || NOTHING).type] || 'navigate';
const documentVisit = labels(documentPage, documentKind);
if (inWindow) {
  visit = newVisit(documentPage, documentKind, 0);
  if (document.visibilityState === 'hidden' && !document.prerendering) hiddenAt = 0;
  for (let i = 0; i < ENTRIES.length; i++) observeEntries(visits, { type: ENTRIES[i], buffered: true, durationThreshold: SLOW_EVENT_MS });
  const input = (event) => {
    if (event.isTrusted && visit && visit.inputAt === Infinity) visit.inputAt = event.timeStamp;
  };
  listenToWindow('keydown', input);
  listenToWindow('click', input);
  listenToWindow('visibilitychange', (event) => {
    if (document.visibilityState === 'hidden' && hiddenAt === Infinity) hiddenAt = event.timeStamp;
  });
  listenToWindow('load', () => later(guarded(measureDocument), 0));
}
// finishVisits records what is known at the end only.
const finishVisits = () => {
  measureInOrder(takeEntries(visits));
  if (!visit) return;
  measureDocument();
  endVisit();
  visit = null;
};
