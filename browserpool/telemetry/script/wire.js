// ---- the wire of a Phoenix socket, whatever carries it ------------------------------------------
const encoder = new TextEncoder();
const ASCII = /^[\x00-\x7f]*$/;
const bytesOf = (data) => {
  if (typeof data === 'string') return ASCII.test(data) ? data.length : encoder.encode(data).length;
  return data.byteLength ?? data.size ?? 0;
};
// [join_ref, ref, topic, event, payload]: the head is enough to know a message, so that large payloads
// are not parsed a second time.
const HEAD = /^\[(?:"([^"]*)"|null),(?:"([^"]*)"|null),"([^"]*)","([^"]*)",/;
let waiting = 0; // messages without their reply, over all sockets
let lastFrame = 0;

// The last messages in both directions, for the evidence of a failure. A ring that is filled once: what a
// message costs is a few stores.
// copied returns a text that is no part of another one: in V8 a part keeps all of it alive.
const copied = (text) => parse(stringify(text));
const FRAMES = 40;
const FRAME_CHARS = 2000;
const frames = [];
let framesSeen = 0;
const remember = (sent, url, data, bytes) => {
  const frame = frames[framesSeen % FRAMES] || (frames[framesSeen] = { at: 0, sent, url, bytes, text: '' });
  framesSeen++;
  frame.at = lastFrame;
  frame.sent = sent;
  frame.url = url;
  frame.bytes = bytes;
  if (typeof data !== 'string') frame.text = '';
  else frame.text = data.length > FRAME_CHARS ? copied(data.slice(0, FRAME_CHARS)) : data;
};
// lastFrames returns them, the oldest first.
const lastFrames = () => {
  const last = [];
  for (let i = Math.max(0, framesSeen - FRAMES); i < framesSeen; i++) {
    const frame = frames[i % FRAMES];
    last[last.length] = { ...frame, at: timeOrigin + frame.at };
  }
  return last;
};

const newWire = (url, transport) => {
  const by = labels(url, transport);
  const pushes = new Map();
  const views = new Map(); // topic -> how the view is called
  const joins = new Map(); // topic -> address and join_ref, of views that have asked to join and did not leave
  const sentMessage = guarded((data, at, together, index) => {
    const head = HEAD.exec(data);
    if (!head) return;
    const { 0: all, 1: joinRef, 2: ref, 3: topic, 4: kind } = head;
    // The labels of an event, the page of a join, the labels of a live navigation.
    const push = { at, topic, event: undefined, page: undefined, navigation: undefined, answered: undefined };
    if (topic.startsWith('lv:') && (kind === 'event' || kind === 'phx_join' || kind === 'live_patch')) {
      const payload = parse(data.slice(all.length, -1));
      if (kind === 'event') {
        count('liveview_events', (push.event = labels(payload.event, page())));
        push.answered = ref !== undefined && globalThis.__liveload && __liveload.eventSent(payload.event);
        eventPushed(payload.event);
        const input = inputBefore(payload.event, together ? behindIn(together, index, payload.event) : 0);
        if (input >= 0) observe('liveview_event_wait_us', push.event, micros(at - input));
      } else if (kind === 'live_patch') push.navigation = labels('patch', withoutQuery(payload.url));
      else {
        const address = payload.url || payload.redirect || location.href;
        push.page = withoutQuery(address);
        if (payload.redirect) push.navigation = labels('redirect', push.page);
        if (joins.get(topic)?.address === address) count('liveview_repeated_joins', push.page);
        joins.set(copied(topic), { address, ref: joinRef && copied(joinRef) });
      }
    }
    if (kind === 'phx_leave' && viewGone(topic, joinRef)) joins.delete(topic);
    if (ref === undefined || pushes.has(ref)) return;
    pushes.set(ref, push);
    waiting++;
  });
  const receivedMessage = guarded((data, bytes) => {
    const head = HEAD.exec(data);
    if (!head) return;
    const { 0: all, 1: joinRef, 2: ref, 3: topic, 4: kind } = head;
    if (kind === 'phx_error' && topic.startsWith('lv:')) count('liveview_errors', labels('channel error', page()));
    if (kind === 'diff' && topic.startsWith('lv:')) pushed(topic, data.slice(all.length, -1), bytes - all.length - 1);
    if (kind === 'phx_error' || kind === 'phx_close') viewGone(topic, joinRef);
    if (kind !== 'phx_reply') return;
    const push = pushes.get(ref);
    if (!push) return;
    pushes.delete(ref);
    waiting--;
    changeHears();
    const reply = data.slice(all.length, -1);
    if (push.answered) push.answered(true);
    if (push.navigation && !test(ELSEWHERE, reply)) observe('liveview_navigation_reply_us', push.navigation, micros(now() - push.at));
    if (push.page !== undefined) joined(push, reply, bytes - all.length - 1);
    else if (push.event !== undefined) replied(push, reply, bytes - all.length - 1);
  });
  // viewGone reports whether the view is the one that has joined last: a live navigation joins the topic of the view that it
  // leaves, whose end may be told later, when inputs wait in the next one.
  const viewGone = (topic, joinRef) => {
    const join = joins.get(topic);
    if (join && join.ref !== joinRef) return false;
    views.delete(topic);
    forgetPatches(topic);
    if (join) forgetInputs();
    return true;
  };
  const pushed = (topic, diff, size) => {
    let view = views.get(topic);
    if (view === undefined) views.set(copied(topic), (view = viewOf(topic)));
    const by = labels(view, page());
    count('liveview_pushes', by);
    count('liveview_push_bytes', by, size);
    if (showsSomething(diff)) awaitPatch('liveview_push_patch_duration_us', by, topic, lastFrame);
  };
  const sentFrame = guarded((data, bytes) => observe('websocket_frame_sent_bytes', by, bytes));
  const receivedFrame = guarded((data, bytes) => observe('websocket_frame_received_bytes', by, bytes));
  return {
    // sent takes the time from before the data was on its way: the answer may be there before this process goes on.
    // Over long poll it has the messages that are sent together, and which of them it is.
    sent(data, at, together, index) {
      lastFrame = at;
      const bytes = bytesOf(data);
      remember(true, url, data, bytes);
      sentFrame(data, bytes);
      if (typeof data === 'string') sentMessage(data, at, together, index);
    },
    received(data) {
      lastFrame = now();
      const bytes = bytesOf(data);
      remember(false, url, data, bytes);
      receivedFrame(data, bytes);
      if (typeof data === 'string') receivedMessage(data, bytes);
    },
    // gone forgets what waits for a reply or its patch: what a view that joins again shows is not theirs.
    gone() {
      waiting -= pushes.size;
      for (const push of pushes.values()) if (push.answered) push.answered(false);
      pushes.clear();
      views.clear();
      for (const topic of joins.keys()) forgetPatches(topic);
      joins.clear();
      forgetInputs();
    },
  };
};
const FAILED = /"status":"error"/;
const ELSEWHERE = /"status":"error"|"link_redirect":true/; // of a live navigation that is none
const joined = (push, reply, bytes) => {
  if (!FAILED.test(reply) || parse(reply).status !== 'error') {
    observe('liveview_join_duration_us', push.page, micros(now() - push.at));
    observe('liveview_join_bytes', push.page, bytes);
    return;
  }
  // Refused joins that only send the client elsewhere, or let it load the page again, are no errors.
  const { response } = parse(reply);
  const reason = response && response.reason;
  if (response && (response.redirect || response.live_redirect)) return;
  if (reason !== 'stale' && reason !== 'unauthorized') count('liveview_errors', labels('join crash', push.page));
};
const replied = (push, reply, bytes) => {
  const at = now();
  observe('liveview_event_duration_us', push.event, micros(at - push.at));
  const diff = diffIn(reply);
  observe('liveview_diff_bytes', push.event, diff ? bytes - (reply.length - diff.length) : 0);
  if (showsSomething(diff)) awaitPatch('liveview_patch_duration_us', push.event, push.topic, at);
};
// Most replies are {"status":"ok","response":{"diff":D}} in one order or the other.
const DIFF_FIRST = /^\{"response":\{"diff":/, DIFF_LAST = /^\{"status":"ok","response":\{"diff":/, STATUS_END = /\},"status":"ok"\}$/;
const diffIn = (reply) => {
  let head = DIFF_LAST.exec(reply);
  if (head) return reply.slice(head[0].length, -2);
  head = DIFF_FIRST.exec(reply);
  const tail = head && STATUS_END.exec(reply);
  return tail ? reply.slice(head[0].length, -tail[0].length) : '';
};
