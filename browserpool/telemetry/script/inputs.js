// ---- from a user's input to the event that it causes ------------------------------------------------
// Most messages are sent while the browser still dispatches the input. Those after a debounce, and all over long poll, are
// sent later: their input is the latest one in an element that is bound to an event of that name.
const BINDINGS = {
  __proto__: null, click: 'phx-click', input: 'phx-change', submit: 'phx-submit', keydown: 'phx-keydown', keyup: 'phx-keyup',
  focusin: 'phx-focus', focusout: 'phx-blur',
};
const DISPATCHED = { __proto__: BINDINGS, change: 'phx-change', blur: 'phx-blur', focus: 'phx-focus' };
const MOST_INPUTS = 20; // to an event that is not sent
const MOST_NAMES = 100; // of events
const dispatched = getter(globalThis, 'event');
const unsent = new Map(); // name -> times of inputs, the oldest first

// boundTo returns the name of the event that an input in an element leads to.
const boundTo = (el, binding) => {
  const owner = binding === 'phx-click' ? closest(el, '[phx-click]') : binding === 'phx-change' && !hasAttribute(el, binding) ? el.form : el;
  return owner && nameIn(getAttribute(owner, binding));
};
const noteInput = (event) => {
  const el = event.target;
  const name = el instanceof Element && boundTo(el, BINDINGS[event.type]);
  if (!name || (unsent.size >= MOST_NAMES && !unsent.has(name))) return;
  const times = unsent.get(name) || [];
  if (times.length < MOST_INPUTS) times[times.length] = event.timeStamp;
  else unsent.delete(name);
  if (times.length === 1) unsent.set(name, times);
};
for (const type in BINDINGS) listenToWindow(type, noteInput);
// forgetInputs is for a view that is gone, with its fields.
const forgetInputs = () => {
  unsent.clear();
  typed.clear();
};
// inputBefore returns when the input was that caused an event, -1 when it is not known. As many events of that name as
// behind says are sent together with it, after it.
const inputBefore = (name, behind) => {
  const event = dispatched(globalThis);
  if (event && DISPATCHED[event.type]) {
    unsent.delete(name);
    return event.timeStamp;
  }
  const times = unsent.get(name);
  const last = times ? times.length - 1 - behind : -1;
  if (last < 0) return -1;
  if (!behind) unsent.delete(name);
  return times[last];
};
// behindIn counts the events of a name in a list of messages, after one of them.
const behindIn = (messages, at, name) => {
  const text = '"event":' + stringify(name);
  let n = 0;
  for (let i = at + 1; i < messages.length; i++) if (messages[i].includes(text)) n++;
  return n;
};
