// Choosing: options of a select, checkboxes and radio buttons. A page may refuse what was chosen, which is no success.
const selection = (el) => list(el.selectedOptions).map((o) => quote(o.value)).join(', ') || 'none';
const labelOf = (option) => swap(trim(option.label), BLANKS, blank);
// suits says whether an option is as asked for; either is what any must be.
const suits = (option, { any, value: its, label, index }, either) => (any === undefined || any === either)
  && (its === undefined || its === option.value) && (label === undefined || label === labelOf(option)) && (index === undefined || index === option.index);
const asked = (w) => (w.any === undefined ? stringify(w) : quote(w.any));
const choose = (el, wanted, force) => {
  if (el.localName !== 'select') return { e: `${name(el)} is not a select` };
  if (!el.multiple && wanted.length > 1) return { e: `${name(el)} takes one option, not ${wanted.length}` };
  const options = list(el.options);
  const picks = wanted.map((w) => options.find((o) => suits(o, w, o.value)) || options.find((o) => suits(o, w, labelOf(o))));
  const absent = wanted.filter((w, i) => !picks[i]);
  if (absent.length) return `it has no option ${absent.map(asked).join(', ')}; it has ${options.slice(0, 10).map((o) => quote(o.value)).join(', ')}`;
  const barred = !force && picks.find((o) => matches(o, ':disabled'));
  if (barred) return `its option ${quote(barred.value)} is disabled`;
  act();
  for (const option of options) option.selected = picks.includes(option);
  const values = selection(el);
  fire(el, 'input');
  fire(el, 'change');
  return { el, values };
};
// chooseAndKeep chooses, and fails when the page has taken that back by the time its own code has run.
const chooseAndKeep = async (timeout, target, wanted, force) => {
  const chosen = await withElement(target, `${quote(target.selector)} to have its options`, timeout, (el) => {
    const field = labelled(el);
    return (!force && ready(field, true)) || choose(field, list(wanted), force);
  });
  const { el, values } = chosen;
  if (!el) return chosen;
  if (force) return value(true);
  await mine(new Promise((resolve) => later(resolve, 0)));
  if (away() || !el.isConnected || selection(el) === values) return value(true);
  return { e: `${name(el)} did not keep ${values}: the page has set it to ${selection(el)}` };
};

// Boxes that are pressed, by the number of the press, until they have been looked at again.
const pressedBoxes = new Map();
const MOST_BOXES = 32; // presses that failed are never asked about
// toTick returns what to click on so that a checkbox or radio button is (not) ticked.
const toTick = (number, want) => (el) => {
  const field = labelled(el);
  if (READERS.isChecked(el) === want) return value(null);
  if (!want && field.type === 'radio') throw new Error(`${name(field)} is a radio button: it is unticked by ticking another`);
  if (pressedBoxes.size === MOST_BOXES) pressedBoxes.delete(pressedBoxes.keys().next().value);
  pressedBoxes.set(number, field);
  const label = visible(field) ? null : list(field.labels || []).find(visible);
  return label || el;
};
// ticked waits until a box that was pressed is (not) ticked: the server may have a say. Another document does not know
// the press: the box has led to it.
const ticked = (timeout, target, number, want) => until(`${quote(target.selector)} to be ${want ? 'ticked' : 'unticked'}`, timeout, () => {
  const box = pressedBoxes.get(number);
  if (!box) return value(true);
  const el = box.isConnected ? box : target.first();
  if (el && READERS.isChecked(el) !== want) return `it is still ${want ? 'unticked' : 'ticked'} after it was clicked: ${name(el)}`;
  pressedBoxes.delete(number);
  return value(true);
}, target);
