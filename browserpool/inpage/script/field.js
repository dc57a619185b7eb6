// Filling in and reading fields.
const { isNaN } = Number;
const { Uint8Array, DataTransfer, File } = globalThis;
const { add: addFile } = methods(globalThis.DataTransferItemList.prototype);
const { selectAllChildren } = methods(globalThis.Selection.prototype);
const { getRootNode } = methods(Node.prototype);
const selectIn = { __proto__: null, input: methods(globalThis.HTMLInputElement.prototype).select, textarea: methods(globalThis.HTMLTextAreaElement.prototype).select };

const fire = (el, type) => dispatchEvent(el, new Event(type, { __proto__: null, bubbles: true, composed: true }));
const CANNOT_FILL = new Set(['button', 'checkbox', 'file', 'hidden', 'image', 'radio', 'reset', 'submit']);
const SET_DIRECTLY = new Set(['date', 'time', 'datetime-local', 'month', 'week', 'color', 'range']);
const edit = document.execCommand.bind(document);
// put sets what cannot be typed, since the field cannot have the keyboard; not by a setter of the page's own.
const put = (el, text) => {
  const native = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(el), 'value');
  if (native) apply(native.set, el, [text]);
  else el.textContent = text;
  fire(el, 'input');
  fire(el, 'change');
  return value(false);
};
// fill replaces what is there as a person would; answers whether the text must still be typed.
const fill = (el, text, force) => {
  const type = el.localName === 'input' ? el.type : '';
  if (CANNOT_FILL.has(type)) return { e: `cannot fill ${name(el)}: its type is ${type}` };
  if (el.localName === 'select') return { e: `cannot fill ${name(el)}: use selectOption` };
  if (!type && el.localName !== 'textarea' && !el.isContentEditable) return { e: `cannot fill ${name(el)}: it is not an input, textarea or editable element` };
  if (el.readOnly && !force) return `it is read-only: ${name(el)}`;
  act();
  focus(el);
  if (SET_DIRECTLY.has(type)) {
    const trimmed = trim(type === 'color' ? toLowerCase(text) : text);
    el.value = trimmed;
    if (el.value !== trimmed) return { e: `${name(el)} does not take ${quote(text)} as a ${type}` };
    fire(el, 'input');
    fire(el, 'change');
    return value(false);
  }
  if (type === 'number' && isNaN(Number(trim(text)))) return { e: `${name(el)} does not take ${quote(text)} as a number` };
  if (selectIn[el.localName]) selectIn[el.localName](el);
  else selectAllChildren(getSelection(), el);
  if (force && getRootNode(el).activeElement !== el) return put(el, text);
  // In the same task: with several operations at once, another field could have the focus a moment later.
  return value(!(text ? edit('insertText', false, text) : edit('delete')));
};
const STATES = {
  attached: (el) => (el ? '' : missing),
  detached: (el) => (el ? `it is there: ${name(el)}` : ''),
  visible: (el) => (!el ? missing : visible(el) ? '' : `it is hidden: ${name(el)}`),
  hidden: (el) => (el && visible(el) ? `it is visible: ${name(el)}` : ''),
};
const CHECKED = new Set(['checkbox', 'radio']);
const READERS = {
  innerHTML: (el) => el.innerHTML,
  innerText: (el) => el.innerText,
  textContent: (el) => el.textContent,
  inputValue: (el) => {
    const field = labelled(el);
    if (!('value' in field) || field.value === undefined) throw new Error(`${name(el)} is not an input, textarea or select`);
    return field.value;
  },
  isChecked: (el) => {
    const field = labelled(el);
    const role = getAttribute(field, 'aria-checked');
    if (!CHECKED.has(field.localName === 'input' && field.type) && role === null) throw new Error(`${name(el)} is not a checkbox or radio button`);
    return role !== null && field.localName !== 'input' ? role === 'true' : field.checked;
  },
};

// submitter is what a person would click to submit a form: its first button that shows.
const submitter = (form) => {
  const fields = list(form.elements).concat(list(querySelectorAll(document, 'input[type=image]'))).filter((el) => el.form === form);
  const buttons = fields.filter((el) => el.type === 'submit' || el.type === 'image');
  return buttons.find(visible) || buttons[0];
};

// Only the browser's DevTools can put files into an input: it is handed out by a number.
const handedOut = new Map();
let lastHandedOut = 0;
const bytesOf = (text) => {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = charCodeAt(text, i);
  return bytes;
};
const fileInput = (el, count, contents, inFrame) => {
  const field = labelled(el);
  if (field.localName !== 'input' || field.type !== 'file') return { e: `${name(el)} is not a file input` };
  if (count > 1 && !field.multiple) return { e: `${name(field)} takes one file, not ${count}` };
  act();
  if (count > contents.length) { // by their paths
    if (!inFrame) handedOut.set(++lastHandedOut, field);
    return value(inFrame ? 1 : lastHandedOut);
  }
  const transfer = new DataTransfer();
  for (const { name: called, type, data } of list(contents)) addFile(transfer.items, new File([bytesOf(atob(data))], called, { type }));
  field.files = transfer.files;
  fire(field, 'input');
  fire(field, 'change');
  return value(0);
};
