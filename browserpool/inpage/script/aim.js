// Aiming: where the mouse reaches an element, and what is in its way.
const animated = (el, how) => list(getAnimations(document)).some((a) => {
  const target = a.playState === 'running' && a.effect && a.effect.target;
  return target && (target === el || contains(target, el)) && (!how || a[how]);
});
const steady = (el) => mine(new Promise((resolve) => {
  const first = getBoundingClientRect(el);
  frame(() => frame(() => {
    const second = getBoundingClientRect(el);
    const same = first.x === second.x && first.y === second.y && first.width === second.width && first.height === second.height;
    resolve(same && !animated(el, 'pending')); // on a busy machine it may take frames to begin
  }));
}));
const inView = (box) => box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth;
// place returns where in the window the mouse is to go: the middle of what shows of an element, or a position in it.
const place = (el, position) => (position ? inBorder(el, position) : middle(el));
const inBorder = (el, { x, y }) => {
  const at = () => {
    const box = getBoundingClientRect(el);
    return list([box.left + el.clientLeft + x, box.top + el.clientTop + y]);
  };
  const out = ([left, top]) => left < 0 || top < 0 || left >= innerWidth || top >= innerHeight;
  if (out(at())) scrollIntoView(el, { block: 'center', inline: 'center', behavior: 'instant' });
  const [left, top] = at();
  if (out([left, top])) scrollBy({ left: left - innerWidth / 2, top: top - innerHeight / 2, behavior: 'instant' }); // larger than the window
  return at();
};
const middle = (el) => {
  const shape = getClientRects(el).length ? el : inside(el); // display: contents is what is in it
  let box = getBoundingClientRect(shape);
  if (!inView(box) || box.top < 0 || box.bottom > innerHeight) {
    scrollIntoView(shape === el ? el : el.firstElementChild || el, { block: 'center', inline: 'center', behavior: 'instant' });
    box = getBoundingClientRect(shape);
  }
  const rects = getClientRects(shape);
  if (rects.length > 1) box = rects[0];
  const left = Math.max(0, box.left), right = Math.min(innerWidth, box.right);
  const top = Math.max(0, box.top), bottom = Math.min(innerHeight, box.bottom);
  return list([Math.round((left + right) * 50) / 100, Math.round((top + bottom) * 50) / 100]); // two decimals
};
const at = (x, y) => {
  let hit = elementFromPoint(document, x, y);
  while (hit && hit.shadowRoot) {
    const inner = elementFromPoint(hit.shadowRoot, x, y);
    if (!inner || inner === hit) break;
    hit = inner;
  }
  return hit;
};
// reaches reports whether a click on hit is a click on the element, its control, or the button that it is in.
const reaches = (hit, el) => {
  const target = closest(el, 'button, a, [role="button"], [role="link"]') || el;
  for (let node = hit; node; node = node.assignedSlot || node.parentNode || node.host) if (node === el || node === target) return true;
  const label = closest(hit, 'label');
  return Boolean(label && label.control === el);
};
const ready = (el, enabled) => {
  if (!visible(el)) return `it is hidden: ${name(el)}`;
  if (enabled && disabled(el)) return `it is disabled: ${name(el)}`;
  return '';
};
const landing = (to, x, y, first) => (to ? { x: to.x, y: to.y } : { x, y, foreign: corner(first) });
// aim returns the point where the mouse reaches the element and whether it should be there already, or what is in the
// way: perhaps a bar that the element can be scrolled out from under. For a press it also returns
// whether the page will report it. In a frame whose surroundings it cannot see, it returns where the element found begins.
const FRAME = /^(iframe|frame|object|embed)$/; // a press on one is its document's
const corner = (el) => {
  const { x, y } = getBoundingClientRect(el);
  return [x, y];
};
let aimed = '';
const aim = (el, first, press, scroll, how) => {
  const { position, trial } = how || {};
  let covered = '';
  for (const block of list(scroll ? ['', 'center', 'end', 'start'] : [''])) {
    if (block) scrollIntoView(el, { block, inline: 'center', behavior: 'instant' });
    const [x, y] = place(el, position);
    const hit = at(x, y);
    if (hit && reaches(hit, el)) {
      const reported = Boolean(press && pressedBinding()) && !test(FRAME, hit.localName);
      const to = outward(x, y);
      if (to && to.covered) {
        covered = covered || to.covered;
        continue;
      }
      if (trial) return value(null);
      if (reported) meant(press, el);
      const there = to && globalThis === globalThis.top && aimed === `${x} ${y}`;
      aimed = `${x} ${y}`;
      act();
      return value({ ...landing(to, x, y, first), there, reported });
    }
    covered = covered || (hit ? `it is covered by ${name(hit)}` : `it is outside of the window: ${name(el)}`);
  }
  return covered;
};
// aimBlindly returns the point of an element that the mouse goes to whatever is in its way; nobody reports the press.
const aimBlindly = (el, first, press, { position }) => {
  if (!visible(el)) return { e: `it is hidden: ${name(el)}` };
  const [x, y] = place(el, position);
  if (press) unmeant(press);
  act();
  return value({ ...landing(outward(x, y), x, y, first), there: false, reported: false });
};
