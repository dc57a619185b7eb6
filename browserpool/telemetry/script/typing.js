// ---- typing ---------------------------------------------------------------------------------------
// Keys that quickly follow each other in a field whose changes go to a LiveView: an event for each of them says that
// nothing waits for the end of the word. The first key of a word does not count.
const WORD_GAP_MS = 1000;
const PUSHED = /"event":"([^"]+)"/;
const MOST_TYPED = 100; // names of events
const typed = new Map(); // event -> the field, when it was last changed, how many keys have no event yet
// nameIn returns the event that a binding pushes: it is its name, or a list of commands.
const nameIn = (binding) => {
  if (!binding || binding[0] !== '[') return binding;
  const pushed = PUSHED.exec(binding);
  return pushed && pushed[1];
};
const eventOf = (field) => nameIn(getAttribute(field, 'phx-change') || (field.form && getAttribute(field.form, 'phx-change')) ||
  getAttribute(field, 'phx-keyup') || getAttribute(field, 'phx-keydown'));
listenToWindow('input', (event) => {
  const field = event.target;
  if (!event.isTrusted || !event.inputType || !('selectionStart' in field) || field.readOnly) return;
  const name = eventOf(field);
  if (!name) return;
  const last = typed.get(name);
  const at = now();
  if (!last) {
    if (typed.size < MOST_TYPED) typed.set(name, { field, at, keys: 0 });
    return;
  }
  if (last.field === field && at - last.at < WORD_GAP_MS) {
    last.keys++;
    count('liveview_keystrokes', labels(name, page()));
  } else last.keys = 0;
  last.field = field;
  last.at = at;
});
// eventPushed counts an event if a key has led to it.
const eventPushed = (name) => {
  const last = typed.get(name);
  if (!last || !last.keys) return;
  last.keys = 0;
  count('liveview_keystroke_events', labels(name, page()));
};
