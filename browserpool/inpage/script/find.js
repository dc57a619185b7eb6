// Finding elements.
let shadows = false;
const nativeAttachShadow = Element.prototype.attachShadow;
Element.prototype.attachShadow = function attachShadow(init) {
  shadows = true;
  return apply(nativeAttachShadow, this, [init]);
};
// Shadow roots that the document's HTML declares are looked for once, when an element is missing.
let searched = false;
const pierce = () => {
  if (!searched && document.readyState === 'complete') {
    searched = true;
    shadows = shadows || list(querySelectorAll(document, '*')).some((el) => el.shadowRoot);
  }
  return shadows;
};
const find = (selector) => querySelector(document, selector) || (pierce() ? deep(document, selector)[0] || null : null);
const findAll = (selector) => (pierce() ? deep(document, selector) : list(querySelectorAll(document, selector)));
// A target is what an operation is about: elements that the page finds by CSS, again at each attempt, or
// that Playwright's engines found, once.
const never = () => false;
const byCSS = (selector) => ({ selector, first: () => find(selector), all: () => findAll(selector), lost: never, outdated: never });
// only is a target of which no more than one element may match.
const only = (target) => ({
  ...target,
  first() {
    const all = target.all();
    if (all.length > 1) throw new Error(`${quote(target.selector)} matches ${all.length} elements, and strict allows one: ${all.slice(0, 3).map(name).join(', ')}`);
    return all[0] || null;
  },
});
// about makes a target of the first argument of an operation.
const about = (asked, make) => (typeof asked === 'string' ? make(asked) : only(make(asked[0])));
const FIND_AGAIN_MS = 250; // after which elements are found again even if the page did not change,
const LAST_MS = 100; // unless so little time is left that the reason would come too late
const PAUSE_MS = 20; // before a missing element is looked for again after the page changed
const found = (selector, elements) => {
  const all = list(elements);
  const begun = now();
  return {
    selector,
    first: () => all[0] || null,
    all: () => all,
    lost: () => all.length > 0 && !all[0].isConnected,
    outdated(changed, left) {
      const age = now() - begun;
      return changed && !all.length ? age >= PAUSE_MS : age >= FIND_AGAIN_MS && left > LAST_MS;
    },
  };
};
