// ---- HTTP: Resource and Navigation Timing -----------------------------------------------------
const TYPES = {
  __proto__: null,
  script: 'script', img: 'image', image: 'image', input: 'image', css: 'image', video: 'media', audio: 'media',
  track: 'texttrack', xmlhttprequest: 'xhr', fetch: 'fetch', beacon: 'ping', eventsource: 'eventsource',
};
const BY_EXTENSION = {
  __proto__: null,
  css: 'stylesheet', js: 'script', mjs: 'script', woff: 'font', woff2: 'font', ttf: 'font', otf: 'font',
  png: 'image', jpg: 'image', jpeg: 'image', gif: 'image', svg: 'image', webp: 'image', avif: 'image', ico: 'image',
  json: 'fetch', webmanifest: 'manifest',
};
const typeOf = (e) => {
  const initiator = e.initiatorType;
  if (initiator === 'link' || initiator === 'css' || initiator === 'other' || initiator === 'early-hints') {
    const extension = withoutQuery(e.name).split('.').pop();
    return BY_EXTENSION[extension] || (initiator === 'link' ? 'stylesheet' : TYPES[initiator] || 'other');
  }
  return TYPES[initiator] || 'other';
};
const phase = (metric, by, from, to) => {
  if (from > 0 && to > from) observe(metric, by, micros(to - from));
};
const statusClass = (status) => (status ? Math.floor(status / 100) + 'xx' : 'opaque');
const EXACT = globalThis.__liveloadExact; // options.urlGroups may tell apart what differs only in numbers
delete globalThis.__liveloadExact;
const addressOf = (url) => (EXACT ? withoutQuery(url) : withoutQuery(url).replace(/\/\d+(?=\/|$)/g, '/0'));
// Only requests of these types, and those that failed, have an exact status and an address, so that there are not too
// many series.
const located = (type) => type === 'document' || type === 'fetch' || type === 'xhr';
const where = (known, url) => '\n' + (known && series < MOST_SERIES / 2 ? cut(addressOf(url)) : '');
const exactly = (type, url, status, wrong = status >= 400) => {
  const known = wrong || located(type);
  return '\n' + (status && known ? status : '') + where(known, url);
};
const redirected = (e, type) => {
  const redirects = e.redirectCount || (e.redirectStart > 0 ? 1 : 0); // of a resource, only that there were some
  // A document's entry has only the last address.
  if (redirects) count('http_requests', labels('3xx', type) + exactly(type, type === 'document' ? '' : e.name), redirects);
};
// byWorker says whether a service worker gave the answer: the request then begins when it is handed to the worker. One that the
// worker leaves to the browser begins later, and the cache may answer it.
const byWorker = (e) => e.workerStart > 0 && e.transferSize === 0 && (e.deliveryType !== 'cache' || e.requestStart <= e.fetchStart);
const noteWorker = (e, type) => {
  if (e.workerStart > 0) count('service_worker_requests', labels(byWorker(e) ? 'worker' : 'passed', type));
};
let asked = 0; // requests of this document that were answered, not from the cache
const answered = (e, type) => {
  redirected(e, type);
  // Without a transfer the answer came from the cache; a cached one with a transfer was asked for: 304.
  const cached = !byWorker(e) && (e.deliveryType === 'cache' || (e.transferSize === 0 && e.decodedBodySize > 0));
  if (cached && e.transferSize === 0) return;
  if (type !== 'document') asked++;
  const status = cached ? '3xx' : statusClass(e.responseStatus);
  const exact = exactly(type, e.name, cached ? 304 : e.responseStatus);
  count('http_requests', labels(status, type) + exact);
  const by = labels(type, status) + exact;
  if (e.transferSize > 0) count('http_bytes_received', by, e.transferSize);
  observe('http_request_duration_us', by, micros(e.responseEnd - e.startTime));
  if (e.requestStart > 0 && e.responseStart > 0) observe('http_request_ttfb_us', by, micros(e.responseStart - e.requestStart));
  phase('http_request_dns_us', by, e.domainLookupStart, e.domainLookupEnd);
  phase('http_request_connect_us', by, e.connectStart, e.connectEnd);
  phase('http_request_tls_us', by, e.secureConnectionStart, e.connectEnd);
  timings(e, type);
};
const BLOCKED = globalThis.__liveloadBlocked || []; // what the session's options keep from being loaded
delete globalThis.__liveloadBlocked;
const blocked = (url) => {
  for (let i = 0; i < BLOCKED.length; i++) if (BLOCKED[i].test(url)) return true;
  return false;
};
const failed = (url, reason, type) => {
  if (blocked(url)) {
    count('http_request_failures', labels('blocked', type) + where(located(type), url));
    return;
  }
  count('http_requests', labels('failed', type) + exactly(type, url, 0, true));
  count('http_request_failures', labels(reason, type) + where(true, url));
};
// Nothing may be known of an answer from elsewhere, which a service worker can give too; of one from here without a status
// there was none.
const fromHere = ({ name, workerStart }) => !workerStart &&
  (name.startsWith(globalThis.origin + '/') || name.startsWith('blob:') || name.startsWith('data:'));
const unanswered = (e) => e.responseStatus === 0 && e.deliveryType !== 'cache' && (fromHere(e) || blocked(e.name));

// hide hands over a request of whose end nothing is told here: the browser's log may say more.
const hide = (e, type) => {
  const status = e.transferSize > 0 ? 'unknown' : fromHere(e) ? 'failed' : 'opaque';
  return unknown(type, status, e.name, micros(e.responseEnd - e.startTime), e.transferSize);
};
const conclude = (e, reason, type) => {
  if (reason) failed(e.name, reason, type);
  else answered(e, type);
};

const resource = (e) => {
  if (!e.name.startsWith('http')) return;
  noteResource(e);
  // A frame's document is measured by the script in that frame, which runs in sandboxes too.
  if (e.initiatorType === 'iframe' || e.initiatorType === 'frame') return;
  const type = typeOf(e);
  noteWorker(e, type);
  if (type === 'xhr' || type === 'fetch' || type === 'ping') scripted(e, type);
  else if (e.responseStatus || e.deliveryType === 'cache' || blocked(e.name) || !hide(e, type)) conclude(e, unanswered(e) && 'network', type);
};
let navigationSeen = false;
const navigation = (leaving) => {
  if (navigationSeen) return;
  const e = entriesOfType(timeline, 'navigation')[0];
  if (!e || !e.name.startsWith('http') || !(e.responseEnd || (leaving && e.responseStatus))) return;
  navigationSeen = true;
  if (e.responseEnd) {
    noteWorker(e, 'document');
    answered(e, 'document');
  } else if (e.deliveryType !== 'cache') { // its body is still arriving
    redirected(e, 'document');
    count('http_requests', labels(statusClass(e.responseStatus), 'document') + exactly('document', e.name, e.responseStatus));
  }
};
const measureAll = (entries) => {
  if (left) return;
  for (let i = 0; i < entries.length; i++) resource(entries[i]);
};
const resources = new Observer(guarded((list) => measureAll(list.getEntries())));
observeEntries(resources, { type: 'resource', buffered: true });
listenToWindow('load', () => later(guarded(() => {
  navigation(false);
  if (left || !inWindow) return;
  measureAll(takeEntries(resources));
  observe('document_requests', page(), asked);
}), 0));

// ---- requests made by scripts: why they failed, and what is in flight when the page goes ----------
// Every request that went out has an entry in the timeline once it has ended, also when it failed. The
// entry counts it; the request as we saw it begin says why it failed. Either may come first. While a
// page is on its way to the next, entries are late or never come.
const MOST_REQUESTS = 10000;
let requests = new Map(); // by address
let tracked = 0;
const begin = (address, type, outlives, from = now()) => {
  const url = address instanceof Request ? address.url : typeof address === 'string' || address instanceof URL ? String(address) : '';
  let key;
  try {
    key = withoutFragment(new URL(url, document.baseURI).href);
  } catch {
    return undefined;
  }
  if (!key.startsWith('http')) return undefined;
  if (tracked >= MOST_REQUESTS) {
    requests = new Map();
    tracked = 0;
  }
  const request = { url: key, type, outlives, from, until: Infinity, status: 0, reason: '', ended: false, entry: null };
  const same = requests.get(key);
  if (same) same[same.length] = request;
  else requests.set(key, [request]);
  tracked++;
  return request;
};
// sent notes that the call that sent a request has returned: the request started before that.
const sent = guarded((request) => {
  if (request) request.until = now();
});
const forget = (request) => {
  const same = requests.get(request.url);
  const at = same ? same.indexOf(request) : -1;
  if (at < 0) return;
  same.splice(at, 1);
  tracked--;
  changeHears(request); // all of its body
  if (!same.length) requests.delete(request.url);
};
// settle says how a request ended: with a status (0 when it is hidden), or with the reason of its failure.
const settle = (request, status, reason) => {
  if (!request || request.ended) return;
  request.ended = true;
  changeHears(request);
  request.status = status;
  request.reason = reason;
  if (!request.entry) return;
  forget(request);
  conclude(request.entry, reason, typeOf(request.entry));
};
// requestOf finds the request of an entry. A long poll has several at one address that end differently:
// they are distinguished by their start or, within one tick of the clock, by how they ended.
const requestOf = (e, none) => {
  const same = (requests.get(withoutFragment(e.name)) || []).filter((one) => !one.entry);
  const then = same.filter((one) => one.from <= e.startTime && e.startTime <= one.until);
  const fits = (one) => !one.ended || Boolean(one.reason) === none || (none && !one.status);
  const best = (some) => some.find((one) => one.ended && fits(one)) || some.find(fits);
  return best(then) || then[0] || best(same);
};
const scripted = (e, type) => {
  const none = e.responseStatus === 0 && e.deliveryType !== 'cache';
  const request = requestOf(e, none);
  if (request && none && !request.ended && request.outlives !== 'beacon') { // the end of a beacon is not reported
    request.entry = e;
    return;
  }
  if (request) forget(request); // even if the page gave it up just then: the server has answered
  const known = request && request.ended;
  conclude(e, none ? (known ? request.reason : unanswered(e) && 'network') : '', type);
};
// abandon counts what has no entry yet: its page goes before its end.
const abandon = () => {
  requests.forEach((same) => {
    for (let i = 0; i < same.length; i++) {
      const request = same[i];
      const { url, type, status, reason } = request;
      if (request.entry) failed(url, 'network', type);
      else if (!request.ended && !request.outlives) failed(url, 'aborted', type);
      else if (!request.ended) count('http_requests', labels('unknown', type) + exactly(type, url));
      else if (!reason) count('http_requests', labels(statusClass(status), type) + exactly(type, url, status));
      else if (reason !== 'network') failed(url, reason, type);
      // One that failed by itself without an entry was never sent: the page's policy forbids it.
    }
  });
  requests = new Map();
  tracked = 0;
};

const reasonOf = (error, signal) => {
  const name = error && error.name;
  if (name === 'TimeoutError') return 'timeout';
  return name === 'AbortError' || (signal && signal.aborted) ? 'aborted' : 'network';
};
const beginFetch = guarded((address, init) => {
  const given = address instanceof Request ? address : undefined;
  const keepalive = Boolean(init && init.keepalive !== undefined ? init.keepalive : given && given.keepalive);
  const signal = (init && init.signal) || (given && given.signal);
  if (signal && signal.aborted) return undefined; // aborted before it began
  const request = begin(address, 'fetch', keepalive && 'keepalive');
  return request && { request, signal };
});
const fetched = guarded((request, response) => settle(request, response.status, ''));
const notFetched = guarded(({ request, signal }, error) => settle(request, 0, reasonOf(error, signal)));
replace(globalThis, 'fetch', {
  apply(native, self, args) {
    if (closing) return new Promise(() => {});
    const began = beginFetch(args[0], args[1]);
    const answer = apply(native, self, args);
    if (!began) return answer;
    sent(began.request);
    // The page gets the promise that follows: one that it does not catch must still be reported to it.
    return apply(nativeThen, answer, [
      (response) => (fetched(began.request, response), response),
      (error) => {
        notFetched(began, error);
        throw error;
      },
    ]);
  },
});
const beginBeacon = guarded((address, from) => sent(begin(address, 'ping', 'beacon', from)));
replace(globalThis.Navigator && Navigator.prototype, 'sendBeacon', {
  apply(native, self, args) {
    const from = now();
    const queued = apply(native, self, args);
    if (queued) beginBeacon(args[0], from);
    return queued;
  },
});
