// LiveView's events: those that a field holds back (phx-debounce), and which were sent and answered.
const HELD = { __proto__: null, input: 'change', change: 'change', keydown: 'keydown', keyup: 'keyup', click: 'click' };
const heldBack = new Set(); // { el, kind, ms }
const release = (held) => {
  if (heldBack.delete(held)) stays();
};
const debounceOf = (el) => {
  const text = getAttribute(el, 'phx-debounce');
  if (text !== '') return parseInt(text, 10); // no number for "blur": what is sent then needs no wait
  const { defaults } = globalThis.liveSocket || {};
  return (defaults && defaults.debounce) || 300;
};
const holdBack = ({ type, target }) => {
  if (!(target instanceof Element)) return;
  const el = HELD[type] === 'change' ? target : closest(target, '[phx-debounce]');
  const ms = el && hasAttribute(el, 'phx-debounce') ? debounceOf(el) : 0;
  if (!(ms > 0)) return;
  for (const held of heldBack) if (held.el === el && held.kind === HELD[type]) heldBack.delete(held);
  const held = { el, kind: HELD[type], ms };
  heldBack.add(held);
  later(() => later(() => release(held), ms), 0); // begins after LiveView's own timer, and so ends after it
};
// A field that loses the keyboard sends at once; a form that is submitted drops what its fields hold back.
const letGo = ({ target }) => later(() => {
  for (const held of heldBack) if (held.el === target || held.el.form === target) release(held);
}, 0);
for (const type in HELD) listening.push([type, holdBack, true]);
listening.push(['blur', letGo, true], ['submit', letGo, true]);
const unsent = ({ el, ms }) => `a field has not sent its event yet (phx-debounce, ${ms} ms): ${name(el)}`;
// holdingBack says what an element, or one in it, still holds back, or "".
const holdingBack = (el, kind) => {
  for (const held of heldBack) if (held.kind === kind && (held.el === el || held.el.form === el || contains(el, held.el))) return unsent(held);
  return '';
};

// Events that were sent, by their names, and when something was last done to the page: a script waits for the answer to
// what it has just done.
const MOST_EVENTS = 200;
const events = new Map(); // name -> { at, open, lost }: the last one, and how many have no answer yet
let acted = 0;
const act = () => { acted = now(); };
// eventSent is told of each event, and returns what is to be called with whether it was answered. A patch comes later in
// the same turn.
const eventSent = (event) => {
  let known = events.get(event);
  if (!known) {
    if (events.size === MOST_EVENTS) events.delete(events.keys().next().value);
    events.set(event, (known = { at: 0, open: 0, lost: false }));
  }
  known.at = now();
  known.open++;
  known.lost = false;
  return (answered) => later(() => {
    known.open--;
    known.lost = known.lost || !answered;
    stays();
  }, 0);
};
const unanswered = (event) => {
  const known = events.get(event);
  for (const held of heldBack) return unsent(held);
  if (!known) return `the page has not sent it${events.size ? `; it has sent ${list([...events.keys()]).slice(-5).map(quote).join(', ')}` : ''}`;
  if (known.at < acted) return 'it was last sent before the last operation: wait for it right after what sends it';
  if (known.open) return 'the server has not answered yet';
  return known.lost ? 'the connection was lost before an answer came' : '';
};
