// What the other files use: the browser's own functions, before a page could replace them, and what the window
// listens to. Methods are functions of the same name that take their object first. What JavaScript does with arrays, regular
// expressions and promises goes by methods that a page can replace too: the other files use lists, what is below for expressions, and what mine returns.
if (globalThis.__liveload) return;
const pressedBinding = taking('__liveloadPressed'); // what reports presses
const frame = globalThis.requestAnimationFrame.bind(globalThis);
const entriesOf = performance.getEntriesByType.bind(performance);
const Observer = globalThis.MutationObserver;
const { getComputedStyle, scrollBy, Range, Text } = globalThis;
const { escape } = globalThis.CSS;
const { observe, disconnect } = methods(Observer.prototype);
const { addEventListener: listenTo, dispatchEvent } = methods(EventTarget.prototype);
const { preventDefault, stopImmediatePropagation, composedPath } = methods(Event.prototype);
const { contains, cloneNode, isEqualNode } = methods(Node.prototype);
const { matches, closest, hasAttribute, getAttribute, scrollIntoView, checkVisibility } = methods(Element.prototype);
const { getAnimations, createRange } = methods(Document.prototype);
const { selectNodeContents } = methods(Range.prototype);
const { SVGElement, HTMLElement, parseFloat, parseInt, navigator, location } = globalThis;
const ofElements = (name) => {
  const ofHTML = methods(HTMLElement.prototype)[name], ofSVG = methods(SVGElement.prototype)[name];
  return (el) => (el instanceof SVGElement ? ofSVG : ofHTML)(el);
};
const focus = ofElements('focus'), blur = ofElements('blur');
const { requestSubmit } = methods(HTMLFormElement.prototype);
const hasClass = ((native) => (el, name) => apply(native, el.classList, [name]))(globalThis.DOMTokenList.prototype.contains);

// Methods of texts.
const { trim, split, slice, toLowerCase, normalize, codePointAt, charCodeAt, includes: has } = methods(globalThis.String.prototype);

// A list is an array with today's methods: all that goes through it, spread and destructuring too, meets nothing of the page's.
const Lists = { __proto__: null };
for (const name of ['concat', 'filter', 'find', 'flatMap', 'includes', 'indexOf', 'join', 'map', 'push', 'slice', 'some', 'sort']) Lists[name] = Array.prototype[name];
const newList = function (length) {
  const all = [];
  all.length = length;
  return setPrototypeOf(all, Lists);
};
defineProperty(Lists, 'constructor', { value: { __proto__: null, [species]: newList } });
defineProperty(Lists, iterator, {
  value() {
    let i = 0;
    const next = () => (i < this.length ? { __proto__: null, done: false, value: this[i++] } : { __proto__: null, done: true, value: undefined });
    return { __proto__: null, next };
  },
});
// list makes one of anything that has a length.
const list = (some) => {
  const all = [];
  for (let i = 0; i < some.length; i++) all[i] = some[i];
  return setPrototypeOf(all, Lists);
};
const { exec } = methods(RegExp.prototype);
const test = (expression, text) => exec(expression, text) !== null;
// matchesOf returns all of a global expression; none may be empty.
const matchesOf = (expression, text) => {
  const all = [];
  for (let one = exec(expression, text); one; one = exec(expression, text)) all[all.length] = one;
  return all;
};
// swap replaces each of them by what make makes of it.
const swap = (text, expression, make) => {
  let swapped = '';
  let at = 0;
  for (let one = exec(expression, text); one; one = exec(expression, text)) {
    swapped += slice(text, at, one.index) + make(one[0]);
    at = one.index + one[0].length;
  }
  return at ? swapped + slice(text, at) : text;
};
// mine makes a promise one to await: its constructor is not asked for what the page has made of it. An async function awaits what
// it returns. One that leaves our code has today's then, too.
const mine = (promise) => defineProperty(promise, 'constructor', { value: Promise }) && promise;
const nativeThen = Promise.prototype.then;
const leaving = (promise) => {
  defineProperty(promise, 'constructor', { value: undefined });
  defineProperty(promise, 'then', { value: (kept, failed) => apply(nativeThen, promise, [kept, failed]) });
  return promise;
};

// These are of several kinds of objects, each with its own.
const ELEMENT = 1, DOCUMENT = 9, SHADOW = 11;
const kindOf = getter(Node.prototype, 'nodeType');
const ofNodes = (name) => {
  const all = { [ELEMENT]: methods(Element.prototype)[name], [DOCUMENT]: methods(Document.prototype)[name], [SHADOW]: methods(ShadowRoot.prototype)[name] };
  return (node, first, second) => all[kindOf(node)](node, first, second);
};
const querySelector = ofNodes('querySelector'), querySelectorAll = ofNodes('querySelectorAll'), elementFromPoint = ofNodes('elementFromPoint');
const ofShapes = (name) => {
  const ofElement = methods(Element.prototype)[name], ofRange = methods(Range.prototype)[name];
  return (shape) => (shape instanceof Range ? ofRange : ofElement)(shape);
};
const getBoundingClientRect = ofShapes('getBoundingClientRect'), getClientRects = ofShapes('getClientRects');

const media = globalThis.matchMedia.bind(globalThis);
const PARSE_MS = 5000; // after which a document that is not at its end is read as far as it is
const RECHECK_MS = 100; // for changes without a mutation: styles, media, values

// What the window listens to. document.open and document.write into a finished page take all listeners away.
const listening = list([]);
const addListener = globalThis.addEventListener.bind(globalThis);
const listen = () => { for (const one of listening) addListener(one[0], one[1], one[2]); };
