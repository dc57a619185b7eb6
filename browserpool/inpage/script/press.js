// A page can move between aiming and the press. Each press is reported to the binding; one that would hit
// something else is hidden from the page, so that it can be aimed again.
let press = null; // what the next press is meant for
let toSwallow = 0; // presses that are still to be taken
let swallowing = false;
const meant = (el, clicks) => {
  press = { el, clicks };
  toSwallow = 0;
  listen();
};
const hits = (hit, el) => {
  if (reaches(hit, el)) return true;
  // One that was taken out since cannot be hit; another like it in its place is it, rendered anew.
  const instead = !el.isConnected && hit.closest(el.localName);
  return Boolean(instead) && instead.cloneNode().isEqualNode(el.cloneNode());
};
const report = (hit) => { if (globalThis.__liveloadPressed) globalThis.__liveloadPressed(hit ? 'hit' : 'missed'); };
const swallow = (clicks) => {
  swallowing = clicks > 0;
  toSwallow = Math.max(0, clicks - 1);
};
const down = (event) => {
  if (!press) return swallow(toSwallow);
  press.on = event.composedPath()[0];
  if (hits(press.on, press.el)) {
    if (press.drag) { // up is elsewhere
      report(true);
      press = null;
    }
    return swallow(0);
  }
  report(false);
  swallow(press.clicks);
  press = null;
};
// A button that was moved or rendered anew between down and up, not in answer to down, was not clicked.
const up = (event) => {
  if (!press || !press.on) return; // the up of an earlier press
  const missed = press.still && (!press.on.isConnected || !reaches(event.composedPath()[0], press.el));
  report(!missed);
  if (missed) swallow(press.clicks);
  press = null;
};
const pressed = (event) => {
  if (!event.isTrusted) return;
  if (event.type === 'pointerdown') down(event);
  else if (event.type === 'pointerup' || event.type === 'pointercancel') up(event);
  if (!swallowing || (event.type === 'click' && event.detail === 0)) return; // no detail: by the keyboard
  event.preventDefault();
  event.stopImmediatePropagation();
};
for (const type of ['pointerdown', 'mousedown', 'pointerup', 'pointercancel', 'mouseup', 'click', 'dblclick']) listening.push([type, pressed, true]);
listening.push(['mousedown', (event) => {
  const hit = press && event.isTrusted && at(event.clientX, event.clientY);
  if (hit) press.still = reaches(hit, press.el);
}, false]);
listen();
// point returns where the mouse can reach the element that pick returns for the one found.
const point = async (target, timeout, enabled, pick, clicks = 0) => {
  const what = `${quote(target.selector)} to be reachable by the mouse`;
  const deadline = now() + timeout;
  let scrolls = 5; // a page that is scrolled forever does so by itself
  for (;;) {
    let moving = null;
    const answer = await withElement(target, what, Math.max(0, deadline - now()), (first) => {
      const el = pick(first);
      if (!(el instanceof Element)) return el;
      const obstacle = ready(el, enabled);
      if (obstacle) return obstacle;
      if (!animated(el)) return aim(el, clicks, scrolls-- > 0);
      moving = el;
      return value(null);
    });
    if (!moving) return answer;
    if (await steady(moving)) {
      const there = moving.isConnected ? aim(moving, clicks, scrolls-- > 0) : missing;
      if (typeof there !== 'string') return there;
      if (now() >= deadline) return { t: [what, there] };
    } else if (now() >= deadline) {
      return { t: [what, `it moves: ${name(moving)}`] };
    }
  }
};
