// The operations, and how they are called. One evaluated promise stands for what would otherwise be many
// messages to the browser. Every operation answers with JSON: {v: value}, {e: what was wrong},
// {t: [what was waited for, what was there instead]} when time is up, {a: the same} when elements that
// Playwright found are to be found again, {s: 1} when the browser cannot read the selector as CSS, or {g: 1}
// when the document has no operations. With l: 1, an answer {a} is for a page that cannot wait: to be asked again later.

const itself = (el) => el;

// Operations on an element: each takes its timeout in milliseconds, its target and its arguments. press is an Aim of
// package inpage, and how a How of it, or null.
const elementOps = {
  __proto__: null,
  point: (timeout, target, press, how) => point(target, timeout, true, itself, press, how),
  hoverPoint: (timeout, target, how) => point(target, timeout, false, itself, null, how),
  hovered: (timeout, target) => until('the page', timeout, () => {
    const el = target.first();
    return value(!el || matches(el, ':hover')); // what is gone was reached
  }, target),
  checkPoint: (timeout, target, press, number, want, how) => point(target, timeout, true, toTick(number, want), press, how),
  ticked,
  fill: (timeout, target, text, force) => withElement(target, `${quote(target.selector)} to be editable`, timeout, (el) => {
    const field = labelled(el);
    if (CANNOT_FILL.has(field.type)) return fill(field, text);
    return (!force && ready(field, true)) || fill(field, text, force);
  }),
  choose: chooseAndKeep,
  focus: (timeout, target) => withElement(target, `${quote(target.selector)} to take the keyboard`, timeout, (el) => {
    if (!checkVisibility(el, { visibilityProperty: true })) return `it is hidden: ${name(el)}`;
    if (matches(el, ':disabled')) return `it is disabled: ${name(el)}`;
    act();
    focus(el);
    return value(true);
  }),
  blur: (timeout, target) => withElement(target, `${quote(target.selector)} to be there`, timeout, (el) => (act(), blur(el), value(true))),
  files: (timeout, target, count, contents, inFrame) => withElement(target, `${quote(target.selector)} to be there`, timeout, (el) => fileInput(el, count, contents, inFrame)),
  state: (timeout, target, state) => until(`${quote(target.selector)} to be ${state}`, timeout, () => STATES[state](target.first()) || value(true), target),
  text: (timeout, target, text) => withElement(target, `${quote(target.selector)} to contain ${quote(text)}`, timeout, (el) => {
    const there = even(el.textContent), want = even(text);
    return has(there, want) || has(even(el.innerText || ''), want) ? value(true) : unlike(there, want);
  }),
  phxLoading: (timeout, target, kind) => withElement(target, `phx-${kind}-loading to end on ${quote(target.selector)}`, timeout, (el) => (hasClass(el, `phx-${kind}-loading`) ? `it is still loading: ${name(el)}` : holdingBack(el, kind) || value(true))),
  // submitPoint returns where the form's submit button is, or asks the form to submit when it has none.
  submitPoint: (timeout, target, press) => point(target, timeout, true, (el) => {
    if (el.localName !== 'form') throw new Error(`${name(el)} is not a form`);
    submitAsked(el);
    const button = submitter(el);
    if (button) return button;
    act();
    requestSubmit(el);
    return value(null);
  }, press),
  // A form that is gone, or whose page is being left, was submitted.
  submitted: (timeout, target) => until(`phx-submit-loading to end on ${quote(target.selector)}`, timeout, () => {
    const el = target.first();
    if (!el) return value(true);
    if (hasClass(el, 'phx-submit-loading')) return `it is still loading: ${name(el)}`;
    const why = refusal(el);
    if (why) throw new Error(why);
    return value(true);
  }, target),
  read: (timeout, target, what) => withElement(target, `${quote(target.selector)} to be there`, timeout, (el) => value(READERS[what](el))),
  attribute: (timeout, target, attribute) => withElement(target, `${quote(target.selector)} to be there`, timeout, (el) => value(getAttribute(el, attribute))),
  count: (timeout, target) => until('the page', timeout, () => parsed() || value(target.all().length), target),
  isVisible: (timeout, target) => until('the page', timeout, () => {
    const el = target.first();
    return (el ? '' : parsed()) || value(Boolean(el && visible(el)));
  }, target),
  isSecret: (timeout, target) => until('the page', timeout, () => {
    const el = target.first();
    return value(!el || list([labelled(el), withKeyboard()]).some((x) => x && (matches(x, PASSWORD) || (x === el && querySelector(x, PASSWORD)))));
  }, target),
};

const liveViews = (which) => {
  const found = [];
  for (const inner of documents(document)) {
    const views = querySelectorAll(inner, '[data-phx-session]' + which);
    for (let i = 0; i < views.length; i++) found[found.length] = views[i];
  }
  return list(found);
};
const unseenFrames = () => (foreignFrames() ? ', and its frames of other origins cannot be looked into' : '');
const { serializeToString } = methods(XMLSerializer.prototype);
const pageOps = {
  __proto__: null,
  url: (timeout, source, flags, shown) => {
    const wanted = new RegExp(source, flags);
    return until(`the address to match ${shown}`, timeout, () => (test(wanted, location.href) ? value(true) : `it is ${location.href}`));
  },
  liveView: (timeout) => until('a LiveView on the page', timeout, () => (liveViews('').length ? value(true) : 'no element has data-phx-session' + unseenFrames())),
  connected: (timeout) => until('every LiveView to be connected', timeout, () => {
    const roots = liveViews(':not([data-phx-parent-id])');
    if (!roots.length) return 'there is no LiveView on the page' + unseenFrames();
    const open = roots.filter((el) => !hasClass(el, 'phx-connected'));
    return open.length ? `not connected: ${open.slice(0, 3).map(name).join(', ')}` : value(true);
  }),
  reply: (timeout, event) => until(`an answer to the event ${quote(event)}`, timeout, () => unanswered(event) || value(true)),
  location: (timeout) => until('the page', timeout, () => value(location.href)),
  document: (timeout) => {
    entered = true;
    return until('the page', timeout, () => value({ Status: documentStatus(), URL: location.href }));
  },
  title: (timeout) => until('the page', timeout, () => parsed() || value(document.title)),
  content: (timeout) => until('the page', timeout, () => {
    if (parsed()) return parsed();
    const type = document.doctype ? serializeToString(new XMLSerializer(), document.doctype) + '\n' : '';
    return value(type + document.documentElement.outerHTML);
  }),
  // settled waits while the page is being left, so that user code runs in the page that comes.
  settled: (timeout) => until('the next page', timeout, () => parsed() || value(true)),
};

// run makes a call, of which a target is made when it is one on an element. An operation may throw before it waits.
const run = async (call, make) => {
  const { 0: op, 1: timeout, 2: first, 3: second, 4: third, 5: fourth, 6: fifth } = call;
  if (op in elementOps) return await mine(elementOps[op](timeout, about(first, make), second, third, fourth, fifth));
  return await mine(pageOps[op](timeout, first, second, third));
};

Object.defineProperty(globalThis, '__liveload', {
  value: Object.freeze({
    run: (call) => leaving(run(call, byCSS)),
    // runFound is run for elements that Playwright's engines found; both ways in JSON.
    runFound: (all, call) => leaving((async () => stringify(await mine(run(parse(call), (selector) => found(selector, all)))))()),
    // runWithoutFrame is run when the selector asks for a frame that is not there.
    runWithoutFrame: (call) => leaving((async () => {
      const answer = await mine(run(call, (selector) => found(selector, [])));
      const wait = answer.a || answer.t;
      if (wait) wait[1] = 'there is no such frame';
      return answer;
    })()),
    coverOf,
    unseen,
    eventSent,
    handOut(number) {
      const input = handedOut.get(number);
      handedOut.delete(number);
      return input;
    },
    stay: stayFor,
  }),
});
