// liveload's telemetry: measures LiveView, HTTP and sockets from inside the page, gathers the samples
// and hands them over in batches. It runs before any script of the page, in every frame, and must not
// change what the page can see or do. Names of metrics are those of the catalogue.
(() => {
  if (globalThis.__liveloadTelemetry || !/^(https?|about|blob|data):/.test(location.protocol)) return;

  const now = performance.now.bind(performance);
  const later = globalThis.setTimeout.bind(globalThis);
  const stringify = JSON.stringify;
  const parse = JSON.parse;
  const FLUSH_EVERY_MS = 300;
  const LOADING = /\bphx-(click|submit|change|focus|blur|keydown|keyup|hook)-loading\b/g;

  // ---- batches --------------------------------------------------------------------------------
  let values = new Map();
  let counts = new Map();
  let armed = false;

  const arm = () => {
    if (armed) return;
    armed = true;
    later(flush, FLUSH_EVERY_MS);
  };
  const entry = (map, metric, label, fresh) => {
    const key = metric + '\n' + label;
    let found = map.get(key);
    if (!found) map.set(key, (found = [metric, label, fresh()]));
    return found;
  };
  const observe = (metric, label, value) => {
    entry(values, metric, label, () => [])[2].push(value);
    arm();
  };
  const count = (metric, label, n = 1) => {
    entry(counts, metric, label, () => 0)[2] += n;
    arm();
  };
  const micros = (ms) => Math.max(0, Math.round(ms * 1000));
  // Batches are numbered, so that the receiver knows when it has seen all that a document sent.
  const documentID = Math.random().toString(36).slice(2);
  let taken = 0;
  const take = () => {
    if (!values.size && !counts.size) return '';
    const batch = stringify({ d: documentID, n: ++taken, h: [...values.values()], c: [...counts.values()] });
    values = new Map();
    counts = new Map();
    return batch;
  };
  function flush() {
    armed = false;
    const send = globalThis.__liveloadSend;
    if (!send) return;
    const batch = take();
    if (batch) send(batch);
  }

  const withoutQuery = (url) => url.split(/[?#]/, 1)[0];
  const page = () => withoutQuery(location.href);

  // ---- HTTP: Resource and Navigation Timing ---------------------------------------------------
  const TYPES = {
    script: 'script', img: 'image', image: 'image', input: 'image', css: 'image', video: 'media', audio: 'media',
    track: 'texttrack', xmlhttprequest: 'xhr', fetch: 'fetch', beacon: 'ping', eventsource: 'eventsource',
  };
  const BY_EXTENSION = {
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
  const phase = (metric, type, from, to) => {
    if (from > 0 && to > from) observe(metric, type, micros(to - from));
  };
  const request = (e, type) => {
    const status = e.responseStatus || 0;
    const sameOrigin = e.name.startsWith(location.origin);
    if (status === 0 && (sameOrigin || e.responseStart > 0) && e.deliveryType !== 'cache') {
      failed(sameOrigin && wrapped(type) ? '' : 'network');
      return;
    }
    count('http_requests', status ? Math.floor(status / 100) + 'xx' : 'opaque');
    if (e.redirectCount > 0) count('http_requests', '3xx', e.redirectCount);
    else if (e.redirectStart > 0) count('http_requests', '3xx');
    if (e.transferSize > 0) count('http_bytes_received', type, e.transferSize);
    observe('http_request_duration_us', type, micros(e.responseEnd - e.startTime));
    if (e.requestStart > 0 && e.responseStart > 0) observe('http_request_ttfb_us', type, micros(e.responseStart - e.requestStart));
    phase('http_request_dns_us', type, e.domainLookupStart, e.domainLookupEnd);
    phase('http_request_connect_us', type, e.connectStart, e.connectEnd);
    phase('http_request_tls_us', type, e.secureConnectionStart, e.connectEnd);
  };
  // Requests that scripts make tell their failure themselves, with the reason.
  const wrapped = (type) => type === 'xhr' || type === 'fetch';
  const failed = (reason) => {
    if (!reason) return;
    count('http_requests', 'failed');
    count('http_request_failures', reason);
  };
  const fromCache = (e) => e.deliveryType === 'cache' || (e.transferSize === 0 && e.decodedBodySize > 0 && e.responseStatus === 200);
  const resource = (e) => {
    // A frame's document is measured by the script in that frame.
    if (e.initiatorType === 'iframe' || e.initiatorType === 'frame' || !e.name.startsWith('http') || fromCache(e)) return;
    request(e, typeOf(e));
  };
  let navigationSeen = false;
  const navigation = () => {
    if (navigationSeen) return;
    const e = performance.getEntriesByType('navigation')[0];
    if (!e || !e.responseEnd || !e.name.startsWith('http')) return;
    navigationSeen = true;
    if (!fromCache(e)) request(e, 'document');
  };
  const resources = new PerformanceObserver((list) => list.getEntries().forEach(resource));
  resources.observe({ type: 'resource', buffered: true });
  addEventListener('load', () => later(navigation, 0));

  // ---- requests made by scripts: what is in flight when the page goes, and long polling -----------
  let inFlight = 0;
  const started = () => {
    inFlight++;
    let open = true;
    return (reason) => {
      if (!open) return;
      open = false;
      inFlight--;
      failed(reason);
    };
  };
  const pollLabel = (url) => {
    const plain = withoutQuery(String(url));
    if (!plain.endsWith('/longpoll')) return '';
    return new URL(plain, location.href).href + ' transport=longpoll';
  };
  const pollAnswer = (wire, text) => {
    let messages;
    try {
      messages = parse(text).messages;
    } catch {
      return; // the answer of something else, or cut off
    }
    for (const message of messages || []) wire.received(message);
  };
  const polls = new Map();
  const pollWire = (label) => {
    let wire = polls.get(label);
    if (!wire) polls.set(label, (wire = newWire(label)));
    return wire;
  };

  const NativeXHR = globalThis.XMLHttpRequest;
  const xhrURL = new WeakMap();
  const LiveloadXHR = class XMLHttpRequest extends NativeXHR {
    open(method, url, ...rest) {
      xhrURL.set(this, url);
      return super.open(method, url, ...rest);
    }
    send(body) {
      const done = started();
      const label = pollLabel(xhrURL.get(this));
      const wire = label && pollWire(label);
      if (wire && typeof body === 'string') for (const line of body.split('\n')) wire.sent(line);
      this.addEventListener('load', () => done(''), { once: true });
      this.addEventListener('error', () => done('network'), { once: true });
      this.addEventListener('timeout', () => done('timeout'), { once: true });
      this.addEventListener('abort', () => done('aborted'), { once: true });
      if (wire && !body) this.addEventListener('load', () => pollAnswer(wire, this.responseText), { once: true });
      return super.send(body);
    }
  };
  define(globalThis, 'XMLHttpRequest', LiveloadXHR);

  const nativeFetch = globalThis.fetch;
  define(globalThis, 'fetch', function fetch(input, init) {
    const done = started();
    const label = pollLabel(typeof input === 'string' ? input : input && input.url);
    const wire = label && pollWire(label);
    if (wire && init && typeof init.body === 'string') for (const line of init.body.split('\n')) wire.sent(line);
    return nativeFetch.call(this === undefined ? globalThis : this, input, init).then((response) => {
      done('');
      if (wire) response.clone().text().then((text) => pollAnswer(wire, text), () => {});
      return response;
    }, (error) => {
      done(error && error.name === 'AbortError' ? 'aborted' : error && error.name === 'TimeoutError' ? 'timeout' : 'network');
      throw error;
    });
  });

  function define(target, name, value) {
    Object.defineProperty(target, name, { value, writable: true, configurable: true, enumerable: false });
  }

  // ---- the wire of a Phoenix socket -------------------------------------------------------------
  const encoder = new TextEncoder();
  const bytesOf = (data) => {
    if (typeof data !== 'string') return data.byteLength ?? data.size ?? 0;
    return /^[\x00-\x7f]*$/.test(data) ? data.length : encoder.encode(data).length;
  };
  // [join_ref, ref, topic, event, payload]: the head is enough to know a message, so that large
  // payloads are not parsed a second time.
  const HEAD = /^\[(?:"([^"]*)"|null),(?:"([^"]*)"|null),"(lv:[^"]*)","([^"]*)",/;
  let waiting = 0; // pushes without their reply, over all sockets
  let patching = null;

  function newWire(label) {
    const pushes = new Map();
    const forget = (ref) => {
      const push = pushes.get(ref);
      if (push && pushes.delete(ref)) waiting--;
      return push;
    };
    const remember = (ref, push) => {
      pushes.set(ref, push);
      waiting++;
    };
    const sentMessage = (data) => {
      const head = HEAD.exec(data);
      if (!head) return;
      const [all, , ref, , kind] = head;
      if (kind !== 'event' && kind !== 'phx_join') return;
      const payload = parse(data.slice(all.length, -1));
      if (kind === 'event') {
        count('liveview_events', payload.event);
        remember(ref, { event: payload.event, at: now() });
      } else {
        remember(ref, { page: withoutQuery(payload.url || payload.redirect || location.href), at: now() });
      }
    };
    const receivedMessage = (data, bytes) => {
      const head = HEAD.exec(data);
      if (!head) return;
      const [all, , ref, , kind] = head;
      if (kind === 'phx_error') {
        count('liveview_errors', 'channel error');
        return;
      }
      if (kind !== 'phx_reply') return;
      const push = forget(ref);
      if (!push) return;
      const at = now();
      const reply = data.slice(all.length, -1);
      if (push.event === undefined) {
        observe('liveview_join_duration_us', push.page, micros(at - push.at));
        if (crashed(reply)) count('liveview_errors', 'join crash');
        return;
      }
      observe('liveview_event_duration_us', push.event, micros(at - push.at));
      const diff = diffBytes(reply, bytes - all.length - 1);
      observe('liveview_diff_bytes', push.event, diff);
      if (diff > 2) patching = { event: push.event, at };
    };
    return {
      sent(data) {
        observe('websocket_frame_sent_bytes', label, bytesOf(data));
        if (typeof data === 'string') guard(sentMessage, data);
      },
      received(data) {
        const bytes = bytesOf(data);
        observe('websocket_frame_received_bytes', label, bytes);
        if (typeof data === 'string') guard(receivedMessage, data, bytes);
      },
      gone() {
        waiting -= pushes.size;
        pushes.clear();
      },
    };
  }
  // A reply that says error and sends nowhere else is a view that could not mount.
  const crashed = (reply) => {
    if (!/"status":"error"/.test(reply)) return false;
    const { status, response } = parse(reply);
    return status === 'error' && !(response && (response.redirect || response.live_redirect || response.reason === 'stale'));
  };
  // Most replies are {"status":"ok","response":{"diff":D}} in one order or the other.
  const DIFF_FIRST = /^\{"response":\{"diff":/, DIFF_LAST = /^\{"status":"ok","response":\{"diff":/, STATUS_END = /\},"status":"ok"\}$/;
  const diffBytes = (reply, bytes) => {
    let head = DIFF_LAST.exec(reply);
    if (head) return bytes - head[0].length - 2;
    head = DIFF_FIRST.exec(reply);
    const tail = head && STATUS_END.exec(reply);
    return tail ? bytes - head[0].length - tail[0].length : 0;
  };
  // What a page sends is the page's own affair: a message that is not understood is not measured.
  function guard(measure, ...args) {
    try {
      measure(...args);
    } catch (error) {
      count('liveload_samples_dropped', 'unreadable message');
    }
  }
  document.addEventListener('phx:update', () => {
    if (!patching) return;
    observe('liveview_patch_duration_us', patching.event, micros(now() - patching.at));
    patching = null;
  });

  // ---- WebSockets -------------------------------------------------------------------------------
  const NativeWebSocket = globalThis.WebSocket;
  const openSockets = new Set();
  const wires = new WeakMap();
  const closed = (socket, label) => {
    if (!openSockets.delete(socket)) return;
    count('websocket_connections_closed', label);
  };
  const LiveloadWebSocket = class WebSocket extends NativeWebSocket {
    constructor(...args) {
      super(...args);
      const label = withoutQuery(this.url);
      const wire = newWire(label);
      wires.set(this, wire);
      this.addEventListener('open', () => {
        openSockets.add(this);
        count('websocket_connections_opened', label);
      });
      this.addEventListener('message', (event) => wire.received(event.data));
      this.addEventListener('close', () => {
        wire.gone();
        closed(this, label);
      });
    }
    send(data) {
      if (this.readyState === 1) wires.get(this).sent(data);
      return super.send(data);
    }
  };
  define(globalThis, 'WebSocket', LiveloadWebSocket);

  // ---- LiveView's own signals ---------------------------------------------------------------------
  const loads = new Map();
  const loaded = (kind) => {
    const from = loads.get(kind);
    if (from === undefined) return false;
    loads.delete(kind);
    observe('liveview_page_loading_duration_us', kind, micros(now() - from));
    return true;
  };
  const kindOf = (event) => (event.detail && event.detail.kind) || 'unknown';
  addEventListener('phx:page-loading-start', (event) => {
    const kind = kindOf(event);
    if (kind === 'error' && loads.has(kind)) return; // each failed attempt to rejoin says it again
    if (loaded(kind)) count('liveview_canceled_loads', kind);
    loads.set(kind, now());
  });
  addEventListener('phx:page-loading-stop', (event) => loaded(kindOf(event)));
  addEventListener('phx:navigate', (event) => count('liveview_navigations', event.detail && event.detail.patch ? 'patch' : 'redirect'));

  let connected = false;
  const lost = new Map(); // root view -> since when
  let lostSince = 0;
  const view = (el, before) => {
    if (el.hasAttribute('data-phx-parent-id')) return;
    const has = el.classList;
    if (has.contains('phx-connected')) {
      if (!connected) {
        connected = true;
        observe('liveview_connection_duration_us', page(), micros(now()));
      }
      if (lost.delete(el)) regained();
    } else if (has.contains('phx-error') && !lost.has(el) && before.includes('phx-connected')) {
      if (lost.size === 0) {
        lostSince = now();
        count('liveview_disconnections', page());
      }
      lost.set(el, true);
    }
  };
  const regained = () => {
    for (const el of lost.keys()) if (!el.isConnected) lost.delete(el);
    if (lost.size > 0) return;
    loaded('error');
    count('liveview_reconnections', page());
    observe('liveview_reconnection_duration_us', page(), micros(now() - lostSince));
  };
  const busy = new WeakMap(); // element -> class -> since when
  const loading = (el, before) => {
    const after = String(el.className && el.className.baseVal !== undefined ? el.className.baseVal : el.className);
    let since = busy.get(el);
    for (const name of after.match(LOADING) || []) {
      if (!since) busy.set(el, (since = new Map()));
      if (!since.has(name)) since.set(name, now());
    }
    for (const name of before.match(LOADING) || []) if (!after.includes(name)) ended(since, name);
    if (since) for (const name of since.keys()) if (!after.includes(name)) ended(since, name);
  };
  const ended = (since, name) => {
    if (!since || !since.has(name)) return;
    observe('liveview_loading_class_duration_us', name, micros(now() - since.get(name)));
    since.delete(name);
  };
  new MutationObserver((records) => {
    for (const { target, oldValue } of records) {
      const before = oldValue || '';
      if (target.hasAttribute('data-phx-session')) view(target, before);
      if (before.includes('-loading') || target.classList.value.includes('-loading')) loading(target, before);
    }
  }).observe(document, { subtree: true, attributes: true, attributeFilter: ['class'], attributeOldValue: true });

  // ---- errors of the page -----------------------------------------------------------------------
  addEventListener('error', (event) => {
    if (event.message) count('browser_js_errors', event.message.slice(0, 200));
  });
  addEventListener('unhandledrejection', (event) => {
    const reason = event.reason;
    count('browser_js_errors', String((reason && reason.message) || reason).slice(0, 200));
  });
  const nativeError = console.error;
  console.error = function error(...args) {
    count('browser_console_errors', String((args[0] && args[0].message) || args[0]).slice(0, 200));
    return nativeError.apply(this, args);
  };

  // ---- the end of the document --------------------------------------------------------------------
  const finish = () => {
    resources.takeRecords().forEach(resource);
    navigation();
  };
  const leave = () => {
    finish();
    for (; inFlight > 0; inFlight--) failed('aborted');
    for (const socket of openSockets) closed(socket, withoutQuery(socket.url));
  };
  addEventListener('pagehide', () => {
    leave();
    flush();
  });

  define(globalThis, '__liveloadTelemetry', {
    // drain gives what was gathered so far, as a batch or ''.
    drain() {
      finish();
      return take();
    },
    // end waits until every push has its reply, at most patience ms, and gives the last batch.
    async end(patience) {
      const until = now() + patience;
      while (waiting > 0 && now() < until) await new Promise((next) => later(next, 10));
      leave();
      return take();
    },
  });
})();
