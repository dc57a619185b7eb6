// Frames: a selector enters one as Playwright's do, and then all happens in there. What the mouse is to reach is found
// in the window that the browser's input goes to.
const FRAMES = 'iframe, frame';
const ENTER = ' >> internal:control=enter-frame >> ';
const contentOf = (el) => {
  try {
    return el.contentDocument; // null when the origin is another
  } catch {
    return null;
  }
};
const framesOf = (from) => list(querySelectorAll(from, FRAMES));
// documents are one and those of the frames in it whose origin is the same.
const documents = (from) => {
  const all = [from];
  for (let i = 0; i < all.length; i++) {
    const frames = querySelectorAll(all[i], FRAMES);
    for (let k = 0; k < frames.length; k++) {
      const inner = contentOf(frames[k]);
      if (inner) all[all.length] = inner;
    }
  }
  return list(all);
};
const foreignFrames = () => documents(document).flatMap(framesOf).filter((el) => !contentOf(el)).length;
const frameSelector = (el) => {
  if (el.id && querySelectorAll(document, '#' + escape(el.id)).length === 1) return '#' + escape(el.id);
  const title = getAttribute(el, 'name') ? 'name' : getAttribute(el, 'title') ? 'title' : '';
  if (title) return `${el.localName}[${title}=${quote(getAttribute(el, title))}]`;
  const all = framesOf(document);
  return all.length === 1 ? el.localName : `${FRAMES} >> nth=${all.indexOf(el)}`;
};
const holds = (el, selector) => {
  try {
    return Boolean(querySelector(contentOf(el), selector));
  } catch {
    return false; // another origin, or no CSS
  }
};
// inFrames says how a selector that found nothing would enter the frame that has it, or the first one.
const inFrames = (selector) => {
  const all = framesOf(document);
  if (!all.length || has(selector, 'enter-frame')) return '';
  const there = all.find((el) => holds(el, selector));
  const enters = quote(frameSelector(there || all[0]) + ENTER + selector);
  if (there) return `; it is in a frame: ${enters}`;
  return `; it was not looked for in the ${all.length === 1 ? 'frame' : `${all.length} frames`} of the page: ${enters} would`;
};
// outward takes a point to the outermost window, and says what is in the way there; it is null when a frame around this one
// is of another origin.
const outward = (x, y) => {
  let covered = '';
  for (let inner = globalThis; inner !== inner.top; inner = inner.parent) {
    const el = inner.frameElement;
    if (!el) return null;
    const box = getBoundingClientRect(el);
    const style = getComputedStyle(el);
    x = box.left + (el.clientLeft + parseFloat(style.paddingLeft) + x) * (box.width / el.offsetWidth);
    y = box.top + (el.clientTop + parseFloat(style.paddingTop) + y) * (box.height / el.offsetHeight);
    const cover = elementFromPoint(inner.parent.document, x, y);
    if (!cover) covered = `its frame is outside of the window: ${name(el)}`;
    else if (cover !== el && !cover.shadowRoot) covered = `its frame is covered by ${name(cover)}`;
  }
  return { x, y, covered };
};
// coverOf names what is at a point instead of a frame, or is "".
const coverOf = (x, y) => {
  const cover = at(x, y);
  if (!cover) return 'its frame is outside of the window';
  return matches(cover, FRAMES) ? '' : `its frame is covered by ${name(cover)}`;
};
