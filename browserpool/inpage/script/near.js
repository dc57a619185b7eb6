// What was meant by the selector of an element that is missing.
const NEAR_ELEMENTS = 3000; // of a page that are compared with the selector of one that is missing
const LABELLED = 'a, button, label, input, select, textarea, option, summary, h1, h2, h3, h4, td, th, li, [role], [phx-click]';
const BETWEEN_WORDS = /[^\p{L}\p{N}]+/gu;
const words = (text) => slice(trim(swap(toLowerCase(text), BETWEEN_WORDS, blank)), 0, 40);
// alike is 1 for equal texts and 0 for those that have nothing in common.
const alike = (a, b) => {
  if (!a || !b) return 0;
  if (a.length > 3 && b.length > 3 && (has(a, b) || has(b, a))) return 0.7 + 0.3 * (Math.min(a.length, b.length) / Math.max(a.length, b.length));
  let above = [];
  let row = [];
  for (let j = 0; j <= b.length; j++) row[j] = j;
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) next[j] = Math.min(next[j], above[j - 2] + 1);
    }
    above = row;
    row = next;
  }
  return 1 - row[b.length] / Math.max(a.length, b.length);
};
const NAMES = list([/["']([^"']+)["']/g, /#([\w-]+)/g, /(?:text|name|id|data-testid)=([^\]>]+)/g, /\.([\w-]+)/g, /([\w-]+)/g]);
// wanted takes the last id, attribute value or text out of a selector, else its last class or tag.
const wanted = (selector) => {
  for (const expression of NAMES) {
    const all = matchesOf(expression, selector);
    if (all.length) return words(all[all.length - 1][1]);
  }
  return '';
};
// near names the elements whose id or text is most like what a selector asks for.
const near = (selector) => {
  const want = location.protocol === 'chrome-error:' ? '' : wanted(selector);
  const close = list([]);
  for (const el of list(querySelectorAll(document, `[id], ${LABELLED}`)).slice(0, NEAR_ELEMENTS)) {
    const label = matches(el, LABELLED) ? getAttribute(el, 'aria-label') || el.placeholder || el.textContent : '';
    const score = Math.max(alike(want, words(el.id)), label.length > 200 ? 0 : alike(want, words(label)));
    if (score >= 0.6) close.push({ score, el, text: label.length > 200 ? '' : excerpt(label) });
  }
  close.sort((a, b) => b.score - a.score);
  return close.length ? '; close to it: ' + close.slice(0, 3).map(({ el, text }) => name(el) + (text ? ` (${text})` : '')).join(', ') : '';
};
