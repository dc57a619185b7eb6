// Looking at elements, and naming them in messages.
const quote = stringify;
const blank = () => ' ', nothing = () => '';
const BLANKS = /\s{2,}|[^\S ]/g, UNSEEN = /[\u200b\u00ad]/g, FORMATS = /\p{Cf}/gu;
const UNSHOWN = /[\p{Cc}\p{Cf}]/gu, NOT_PLAIN = /[^\x20-\x7e…]/gu;
const name = (el) => {
  let text = '<' + el.localName;
  if (el.id) text += ' id=' + quote(el.id);
  const classes = getAttribute(el, 'class');
  if (classes) text += ' class=' + quote(slice(classes, 0, 60));
  return text + '>';
};
const cut = (text) => (text.length > 120 ? slice(text, 0, 120) + '…' : text);
const excerpt = (text) => {
  const short = swap(trim(text), BLANKS, blank);
  return short && quote(cut(short));
};
// even makes one blank of white space and takes out what does not show, as Playwright does before it compares texts.
const even = (text) => swap(trim(swap(text, UNSEEN, nothing)), BLANKS, blank);
const plainest = (text) => swap(normalize(text, 'NFKC'), FORMATS, nothing);
const { toString: digits } = methods(Number.prototype);
const hex = (n) => digits(n, 16);
const revealed = (text, which) => swap(quote(cut(text)), which, (char) => `\\u{${hex(codePointAt(char, 0))}}`);
// unlike says what a text is that does not contain the wanted one, also where that cannot be seen.
const unlike = (there, want) => {
  if (!there) return 'its text is empty';
  if (!has(plainest(there), plainest(want))) return `its text is ${revealed(there, UNSHOWN)}`;
  return `its text is ${revealed(there, NOT_PLAIN)}, which looks the same as ${revealed(want, NOT_PLAIN)} and is not`;
};
const hasSize = ({ width, height }) => width > 0 && height > 0;
const inside = (node) => {
  const range = createRange(document);
  selectNodeContents(range, node);
  return range;
};
// visible is Playwright's: rendered, and of a size. What has display: contents has no box, and shows as what is in it does.
const visible = (el) => {
  if (!el.isConnected) return false;
  if (getComputedStyle(el).display === 'contents') {
    return list(el.childNodes).some((node) => (node instanceof Element ? visible(node) : node instanceof Text && hasSize(getBoundingClientRect(inside(node)))));
  }
  return checkVisibility(el, { __proto__: null, visibilityProperty: true }) && hasSize(getBoundingClientRect(el));
};
const disabled = (el) => matches(el, ':disabled') || Boolean(closest(el, 'button:disabled, [aria-disabled="true"]'));
const PASSWORD = '[type=password], [autocomplete*=password]';
// withKeyboard returns what has the keyboard, or takes it as soon as the browser comes to autofocus.
const withKeyboard = () => {
  const active = document.activeElement;
  return active && active !== document.body ? active : querySelector(document, '[autofocus]') || active;
};
const labelled = (el) => {
  const control = el.localName === 'label' ? el.control : null;
  return control || el;
};
