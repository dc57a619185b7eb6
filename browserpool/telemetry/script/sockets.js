// ---- WebSockets -------------------------------------------------------------------------------
const openSockets = new Map(); // socket -> labels
const wires = new WeakMap();
const watchSocket = guarded((socket) => {
  const url = withoutQuery(socket.url);
  const began = now();
  let opened = false;
  const wire = newWire(url, 'websocket');
  wires.set(socket, wire);
  listen(socket, 'open', () => {
    opened = true;
    openSockets.set(socket, labels(url, 'websocket'));
    count('websocket_connections_opened', openSockets.get(socket));
  });
  listen(socket, 'message', (event) => wire.received(event.data));
  listen(socket, 'close', () => {
    wire.gone();
    if (opened) closed(socket);
    else if (!left) unknown('websocket', 'failed', url, micros(now() - began), 0);
  });
});
const closed = (socket) => {
  const by = openSockets.get(socket);
  if (openSockets.delete(socket)) count('websocket_connections_closed', by);
};
const LiveloadWebSocket = replace(globalThis, 'WebSocket', {
  construct(native, args, target) {
    const socket = construct(native, args, target);
    watchSocket(socket);
    return socket;
  },
});
if (LiveloadWebSocket) {
  const { prototype } = LiveloadWebSocket;
  Object.defineProperty(prototype, 'constructor', { ...Object.getOwnPropertyDescriptor(prototype, 'constructor'), value: LiveloadWebSocket });
  const sentBy = guarded((socket, data, at) => {
    const wire = wires.get(socket);
    if (wire) wire.sent(data, at);
  });
  replace(prototype, 'send', {
    apply(native, self, args) {
      if (closing) return undefined;
      const open = wires.has(self) && self.readyState === 1;
      const at = now();
      const result = apply(native, self, args);
      if (open) sentBy(self, args[0], at);
      return result;
    },
  });
}

// ---- XMLHttpRequest, which also carries Phoenix's long poll -----------------------------------------
const UNANSWERED = { __proto__: null, error: 'network', timeout: 'timeout', abort: 'aborted' };
const calls = new WeakMap(); // XMLHttpRequest -> what is known of its request
const POLL = /\/longpoll\?(?:.*&)?vsn=/;
const polls = new Map(); // address -> wire
const pollWire = (url) => {
  if (!POLL.test(url)) return undefined;
  const address = withoutQuery(new URL(url, document.baseURI).href);
  let wire = polls.get(address);
  if (!wire) polls.set(address, (wire = newWire(address, 'longpoll')));
  return wire;
};
const pollAnswered = (wire, xhr) => {
  const { status, messages } = parse(xhr.responseText);
  if (status === 200 && messages) for (let i = 0; i < messages.length; i++) wire.received(messages[i]);
  if (status !== 200 && status !== 204) wire.gone();
};
const pollSent = (wire, body) => {
  const lines = body.split('\n');
  const at = now();
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i];
    const binary = line[0] !== '[' && { byteLength: Math.floor((line.replace(/=+$/, '').length * 3) / 4) }; // base64
    wire.sent(binary || line, at, lines, i);
  }
};
const opened = guarded((xhr, url) => {
  const call = calls.get(xhr);
  const fresh = { url: typeof url === 'string' || url instanceof URL ? String(url) : '', request: undefined, wire: undefined };
  if (call) {
    settle(call.request, 0, 'aborted'); // opening it again gives up what was under way
    Object.assign(call, fresh);
    return;
  }
  calls.set(xhr, fresh);
  listen(xhr, 'load', () => {
    settle(fresh.request, xhr.status, '');
    if (fresh.wire) pollAnswered(fresh.wire, xhr);
  });
  for (const type in UNANSWERED) {
    listen(xhr, type, () => {
      settle(fresh.request, 0, UNANSWERED[type]);
      if (fresh.wire) fresh.wire.gone();
    });
  }
});
// sending notes what is about to be sent; the returned functions confirm it, or take it back.
const sending = guarded((xhr, body) => {
  const call = calls.get(xhr);
  if (!call || xhr.readyState !== 1 || (call.request && !call.request.ended)) return undefined;
  call.request = begin(call.url, 'xhr');
  const wire = pollWire(call.url);
  call.wire = body ? undefined : wire;
  if (wire && typeof body === 'string') pollSent(wire, body);
  const { request } = call;
  return {
    done: () => sent(request),
    undo() {
      if (request && !request.ended) settle(request, 0, 'network');
    },
  };
});
const { prototype: XHR } = globalThis.XMLHttpRequest;
replace(XHR, 'open', {
  apply(native, self, args) {
    const result = apply(native, self, args);
    opened(self, args[1]);
    return result;
  },
});
replace(XHR, 'send', {
  apply(native, self, args) {
    if (closing) return undefined;
    const started = sending(self, args[0]);
    try {
      const result = apply(native, self, args);
      if (started) started.done();
      return result;
    } catch (error) {
      if (started) started.undo(); // a synchronous request fails this way
      throw error;
    }
  },
});
