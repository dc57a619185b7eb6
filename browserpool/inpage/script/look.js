// Looking at elements, and naming them in messages.
const quote = stringify;
const name = (el) => {
  let text = '<' + el.localName;
  if (el.id) text += ' id=' + quote(el.id);
  const classes = getAttribute(el, 'class');
  if (classes) text += ' class=' + quote(classes.slice(0, 60));
  return text + '>';
};
const cut = (text) => (text.length > 120 ? text.slice(0, 120) + '…' : text);
const excerpt = (text) => {
  const short = text.trim().replace(/\s+/g, ' ');
  return short && quote(cut(short));
};
// even makes one blank of white space and takes out what does not show, as Playwright does before it compares texts.
const even = (text) => text.replace(/[\u200b\u00ad]/g, '').trim().replace(/\s+/g, ' ');
const plainest = (text) => text.normalize('NFKC').replace(/\p{Cf}/gu, '');
const revealed = (text, which) => quote(cut(text)).replace(which, (char) => `\\u{${char.codePointAt(0).toString(16)}}`);
// unlike says what a text is that does not contain the wanted one, also where that cannot be seen.
const unlike = (there, want) => {
  if (!there) return 'its text is empty';
  if (!plainest(there).includes(plainest(want))) return `its text is ${revealed(there, /[\p{Cc}\p{Cf}]/gu)}`;
  const hidden = /[^\x20-\x7e…]/gu;
  return `its text is ${revealed(there, hidden)}, which looks the same as ${revealed(want, hidden)} and is not`;
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
    return [...el.childNodes].some((node) => (node instanceof Element ? visible(node) : node instanceof Text && hasSize(getBoundingClientRect(inside(node)))));
  }
  return checkVisibility(el, { visibilityProperty: true }) && hasSize(getBoundingClientRect(el));
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
