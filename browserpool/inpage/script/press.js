// A page can move between aiming and the press. Each press is reported to the binding; one that would hit
// something else is hidden from the page, so that it can be aimed again. Operations of a user may run side by
// side and the page cannot tell whose press comes, so each report names the aim that the press was compared with.
let armed = null; // what the next press is meant for: { id, number, el, left, drag }
let pressing = null; // the same for the press that goes on, until its last click
let swallowing = false;
// meant arms an aim. finished is the number of the last press that was sent whole: what the page still expects of one
// until then will not come.
const unmeant = ({ finished }) => {
  if (pressing && pressing.number <= finished) pressing = null;
  armed = null;
};
const meant = (aim, el) => {
  const { id, number, clicks, drag } = aim;
  unmeant(aim);
  armed = { id, number, el, left: clicks, drag };
  listen();
};
const unseen = (id) => Boolean(armed) && armed.id === id;
const hits = (hit, el) => {
  if (reaches(hit, el)) return true;
  // One that was taken out since cannot be hit; another like it in its place is it, rendered anew.
  const instead = !el.isConnected && closest(hit, el.localName);
  return Boolean(instead) && isEqualNode(cloneNode(instead), cloneNode(el));
};
const report = (hit) => {
  const binding = pressedBinding();
  if (binding) binding(`${hit ? 'hit' : 'missed'} ${pressing.id}`);
};
const begin = (on) => {
  pressing = armed;
  armed = null;
  if (!pressing) return; // nobody aimed it: that of page.mouse
  pressing.missed = !hits(on, pressing.el);
  pressing.reported = pressing.missed || pressing.drag; // of a drag, up is elsewhere
  if (pressing.reported) report(!pressing.missed);
};
const down = (event) => {
  const on = composedPath(event)[0];
  if (!pressing) begin(on);
  swallowing = Boolean(pressing) && pressing.missed;
  if (!pressing) return;
  pressing.on = on;
  pressing.left -= 1;
};
// A button that was moved or rendered anew between down and up, not in answer to down, was not clicked.
const up = (event) => {
  if (!pressing) return; // the up of an earlier press
  if (!pressing.reported) {
    pressing.reported = true;
    pressing.missed = pressing.still && (!pressing.on.isConnected || !reaches(composedPath(event)[0], pressing.el));
    report(!pressing.missed);
    swallowing = pressing.missed;
  }
  if (pressing.missed || pressing.left === 0) pressing = null; // of one that missed, no second click comes
};
const pressed = (event) => {
  if (!event.isTrusted) return;
  if (event.type === 'pointerdown') down(event);
  else if (event.type === 'pointerup' || event.type === 'pointercancel') up(event);
  if (!swallowing || (event.type === 'click' && event.detail === 0)) return; // no detail: by the keyboard
  preventDefault(event);
  stopImmediatePropagation(event);
};
for (const type of list(['pointerdown', 'mousedown', 'pointerup', 'pointercancel', 'mouseup', 'click', 'dblclick', 'auxclick', 'contextmenu', 'touchstart', 'touchend'])) listening.push([type, pressed, true]);
listening.push(['mousedown', (event) => {
  const hit = pressing && event.isTrusted && at(event.clientX, event.clientY);
  if (hit) pressing.still = reaches(hit, pressing.el);
}, false]);
listen();
// point returns where the mouse can reach the element that pick returns for the one found.
const point = async (target, timeout, enabled, pick, press, how) => {
  const { force, trial, touch } = how || {};
  if (touch && !navigator.maxTouchPoints) return { e: 'the page has no touch screen: set hasTouch, or a device that has one, in options.context' };
  const what = `${quote(target.selector)} to be reachable by the mouse`;
  const deadline = now() + timeout;
  let scrolls = 5; // a page that is scrolled forever does so by itself
  for (;;) {
    let moving = null;
    const answer = await withElement(target, what, Math.max(0, deadline - now()), (first) => {
      const el = pick(first);
      if (!(el instanceof Element)) return el;
      if (force) return trial ? value(null) : aimBlindly(el, first, press, how);
      const obstacle = ready(el, enabled);
      if (obstacle) return obstacle;
      if (!animated(el)) return aim(el, first, press, scrolls-- > 0, how);
      moving = { el, first };
      return value(null);
    });
    if (!moving) return answer;
    const { el, first } = moving;
    if (await steady(el)) {
      const there = el.isConnected ? aim(el, first, press, scrolls-- > 0, how) : missing;
      if (typeof there !== 'string') return there;
      if (now() >= deadline) return { t: [what, there] };
    } else if (now() >= deadline) {
      return { t: [what, `it moves: ${name(el)}`] };
    }
  }
};
