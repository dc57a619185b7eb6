// Looking at elements, and naming them in messages.
const quote = stringify;
const name = (el) => {
  let text = '<' + el.localName;
  if (el.id) text += ' id=' + quote(el.id);
  const classes = el.getAttribute('class');
  if (classes) text += ' class=' + quote(classes.slice(0, 60));
  return text + '>';
};
const excerpt = (text) => {
  const short = text.trim().replace(/\s+/g, ' ');
  return short && quote(short.length > 120 ? short.slice(0, 120) + '…' : short);
};
const visible = (el) => {
  if (!el.isConnected || !el.checkVisibility({ visibilityProperty: true })) return false;
  const box = el.getBoundingClientRect();
  return box.width > 0 && box.height > 0;
};
const disabled = (el) => el.matches(':disabled') || Boolean(el.closest('button:disabled, [aria-disabled="true"]'));
const PASSWORD = '[type=password], [autocomplete*=password]';
// withKeyboard returns what has the keyboard, or takes it as soon as the browser comes to autofocus.
const withKeyboard = () => {
  const active = document.activeElement;
  return active && active !== document.body ? active : document.querySelector('[autofocus]') || active;
};
const labelled = (el) => {
  const control = el.localName === 'label' ? el.control : null;
  return control || el;
};
