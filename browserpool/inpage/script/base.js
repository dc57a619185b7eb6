// What the other files use: the browser's own functions, before a page could replace them, and what the window
// listens to. Methods are functions of the same name that take their object first.
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

// These are of several kinds of objects, each with its own.
const ELEMENT = 1, DOCUMENT = 9, SHADOW = 11;
const kindOf = getter(Node.prototype, 'nodeType');
const ofNodes = (name) => {
  const all = { [ELEMENT]: methods(Element.prototype)[name], [DOCUMENT]: methods(Document.prototype)[name], [SHADOW]: methods(ShadowRoot.prototype)[name] };
  return (node, ...args) => all[kindOf(node)](node, ...args);
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
const listening = [];
const addListener = globalThis.addEventListener.bind(globalThis);
const listen = () => { for (const [type, listener, capture] of listening) addListener(type, listener, capture); };
