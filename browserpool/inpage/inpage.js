// liveload's hands and eyes in the page: finds elements, waits until they can be acted on, waits for
// the page to change, reads it. One evaluated promise stands for what would otherwise be many messages
// to the browser. Every operation answers with JSON: {v: value}, {e: what was wrong},
// {t: [what was waited for, what was there instead]}, or {g: 1} when the page is leaving.
(() => {
  if (globalThis.__liveload) return;
  const later = globalThis.setTimeout.bind(globalThis);
  const cancelLater = globalThis.clearTimeout.bind(globalThis);
  const frame = globalThis.requestAnimationFrame.bind(globalThis);
  const now = performance.now.bind(performance);
  const stringify = JSON.stringify;
  const RECHECK_MS = 100; // what no mutation tells: styles, media, values

  // ---- leaving: a navigation that the page began; what it still shows is not to be acted on -------
  let leaving = false;
  if (globalThis.navigation) {
    navigation.addEventListener('navigate', (event) => {
      const cross = event.destination && !event.destination.sameDocument && !event.hashChange && event.downloadRequest === null;
      if (cross && /^https?:/.test(event.destination.url)) later(() => { if (!event.defaultPrevented && !intercepted(event)) leaving = true; }, 0);
    });
    navigation.addEventListener('navigatesuccess', () => { leaving = false; });
    navigation.addEventListener('navigateerror', () => { leaving = false; });
  }
  const intercepted = (event) => Boolean(navigation.transition && navigation.transition.navigationType === event.navigationType);

  // ---- finding ------------------------------------------------------------------------------------
  let shadows = false;
  const nativeAttachShadow = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function attachShadow(init) {
    shadows = true;
    return nativeAttachShadow.call(this, init);
  };
  const deep = (root, selector, into) => {
    into.push(...root.querySelectorAll(selector));
    for (const el of root.querySelectorAll('*')) if (el.shadowRoot) deep(el.shadowRoot, selector, into);
    return into;
  };
  const find = (selector) => document.querySelector(selector) || (shadows ? deep(document, selector, [])[0] || null : null);
  const findAll = (selector) => (shadows ? deep(document, selector, []) : [...document.querySelectorAll(selector)]);

  // ---- looking ------------------------------------------------------------------------------------
  const quote = stringify;
  const name = (el) => {
    let text = '<' + el.localName;
    if (el.id) text += ' id=' + quote(el.id);
    const classes = el.getAttribute('class');
    if (classes) text += ' class=' + quote(classes.slice(0, 60));
    return text + '>';
  };
  const visible = (el) => {
    if (!el.isConnected || !el.checkVisibility({ visibilityProperty: true })) return false;
    const box = el.getBoundingClientRect();
    return box.width > 0 && box.height > 0;
  };
  const disabled = (el) => el.matches(':disabled') || Boolean(el.closest('[aria-disabled="true"]'));
  const editable = (el) => {
    if (el.localName === 'input' || el.localName === 'textarea') return !el.readOnly;
    return el.isContentEditable || el.localName === 'select';
  };
  const labelled = (el) => {
    const control = el.localName === 'label' ? el.control : null;
    return control || el;
  };

  // ---- waiting --------------------------------------------------------------------------------------
  // until resolves with what check gives as soon as that is not a string; a string says what is missing.
  const until = (what, timeout, check) => new Promise((resolve) => {
    const deadline = now() + timeout;
    let timer = 0;
    let observer = null;
    const done = (answer) => {
      if (observer) observer.disconnect();
      cancelLater(timer);
      resolve(answer);
    };
    const attempt = () => {
      let found;
      try {
        if (leaving) found = 'the page is being left for another';
        else found = check();
      } catch (error) {
        done({ e: error && error.name === 'SyntaxError' ? `${what}: ${error.message}` : String((error && error.message) || error) });
        return true;
      }
      if (typeof found !== 'string') {
        done(found);
        return true;
      }
      if (now() >= deadline) {
        done({ t: [what, found] });
        return true;
      }
      return false;
    };
    const recheck = () => {
      if (!attempt()) timer = later(recheck, Math.min(RECHECK_MS, Math.max(1, deadline - now())));
    };
    if (attempt()) return;
    observer = new MutationObserver(attempt);
    observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    timer = later(recheck, Math.min(RECHECK_MS, timeout));
  });
  const missing = 'no element matches it';
  const withElement = (selector, what, timeout, check) => until(what, timeout, () => {
    const el = find(selector);
    return el ? check(el) : missing;
  });
  const value = (v) => ({ v: v === undefined ? null : v });

  // ---- acting ---------------------------------------------------------------------------------------
  const animated = (el) => document.getAnimations().some((a) => {
    const target = a.playState === 'running' && a.effect && a.effect.target;
    return target && (target === el || target.contains(el));
  });
  const steady = (el) => new Promise((resolve) => {
    const first = el.getBoundingClientRect();
    frame(() => frame(() => {
      const second = el.getBoundingClientRect();
      resolve(first.x === second.x && first.y === second.y && first.width === second.width && first.height === second.height);
    }));
  });
  const inView = (box) => box.bottom > 0 && box.right > 0 && box.top < innerHeight && box.left < innerWidth;
  const middle = (el) => {
    let box = el.getBoundingClientRect();
    if (!inView(box) || box.top < 0 || box.bottom > innerHeight) {
      el.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
      box = el.getBoundingClientRect();
    }
    const rects = el.getClientRects();
    if (rects.length > 1) box = rects[0];
    const left = Math.max(0, box.left), right = Math.min(innerWidth, box.right);
    const top = Math.max(0, box.top), bottom = Math.min(innerHeight, box.bottom);
    return [(left + right) / 2, (top + bottom) / 2];
  };
  const at = (x, y) => {
    let hit = document.elementFromPoint(x, y);
    while (hit && hit.shadowRoot) {
      const inner = hit.shadowRoot.elementFromPoint(x, y);
      if (!inner || inner === hit) break;
      hit = inner;
    }
    return hit;
  };
  const reaches = (hit, el) => {
    for (let node = hit; node; node = node.parentNode || node.host) if (node === el) return true;
    const label = hit && hit.closest && hit.closest('label');
    return Boolean(label && label.control === el);
  };
  const ready = (el, enabled) => {
    if (!visible(el)) return `it is hidden: ${name(el)}`;
    if (enabled && disabled(el)) return `it is disabled: ${name(el)}`;
    return '';
  };
  // point gives where the mouse can reach the element.
  const point = async (selector, timeout, { enabled }) => {
    const what = `${quote(selector)} to be reachable by the mouse`;
    const deadline = now() + timeout;
    for (;;) {
      let moving = null;
      const answer = await withElement(selector, what, Math.max(0, deadline - now()), (el) => {
        const obstacle = ready(el, enabled);
        if (obstacle) return obstacle;
        if (animated(el)) {
          moving = el;
          return value(null);
        }
        const [x, y] = middle(el);
        const hit = at(x, y);
        if (!hit) return `it is outside of the window: ${name(el)}`;
        if (!reaches(hit, el)) return `it is covered by ${name(hit)}`;
        return value([x, y]);
      });
      if (!moving) return answer;
      if (await steady(moving)) {
        const again = await withElement(selector, what, 0, (el) => {
          const [x, y] = middle(el);
          const hit = at(x, y);
          return hit && reaches(hit, el) ? value([x, y]) : `it moves: ${name(el)}`;
        });
        if (again.v) return again;
      }
      if (now() >= deadline) return { t: [what, `it moves: ${name(moving)}`] };
    }
  };
  const fire = (el, type) => el.dispatchEvent(new Event(type, { bubbles: true, composed: true }));
  const SET_DIRECTLY = new Set(['date', 'time', 'datetime-local', 'month', 'week', 'color', 'range']);
  // fill selects what is there, so that the text to insert replaces it; gives whether text is wanted.
  const fill = (el, text) => {
    const type = el.localName === 'input' ? el.type : '';
    if (type === 'checkbox' || type === 'radio' || type === 'file' || type === 'button' || type === 'submit') return { e: `cannot fill ${name(el)}: its type is ${type}` };
    if (el.localName === 'select') return { e: `cannot fill ${name(el)}: use selectOption` };
    el.focus();
    if (SET_DIRECTLY.has(type)) {
      const trimmed = type === 'color' ? text.toLowerCase().trim() : text.trim();
      el.value = trimmed;
      if (el.value !== trimmed) return { e: `${name(el)} does not take ${quote(text)} as a ${type}` };
      fire(el, 'input');
      fire(el, 'change');
      return value(false);
    }
    if (type === 'number' && Number.isNaN(Number(text.trim()))) return { e: `${name(el)} does not take ${quote(text)} as a number` };
    if (el.select) el.select();
    else getSelection().selectAllChildren(el);
    return value(true);
  };
  const choose = (el, wanted) => {
    if (el.localName !== 'select') return { e: `${name(el)} is not a select element` };
    if (!el.multiple && wanted.length > 1) return { e: `${name(el)} takes one option, not ${wanted.length}` };
    const picks = wanted.map((w) => [...el.options].find((o) => o.value === w) || [...el.options].find((o) => o.label.trim() === w));
    const absent = wanted.filter((w, i) => !picks[i]);
    if (absent.length) return `it has no option ${absent.map(quote).join(', ')}; it has ${[...el.options].slice(0, 10).map((o) => quote(o.value)).join(', ')}`;
    for (const option of el.options) option.selected = picks.includes(option);
    fire(el, 'input');
    fire(el, 'change');
    return value(true);
  };

  const STATES = {
    attached: (el) => (el ? '' : missing),
    detached: (el) => (el ? `it is there: ${name(el)}` : ''),
    visible: (el) => (!el ? missing : visible(el) ? '' : `it is hidden: ${name(el)}`),
    hidden: (el) => (el && visible(el) ? `it is visible: ${name(el)}` : ''),
  };
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
      const role = field.getAttribute('aria-checked');
      if (field.localName !== 'input' && role === null) throw new Error(`${name(el)} is not a checkbox or radio button`);
      return role !== null && field.localName !== 'input' ? role === 'true' : field.checked;
    },
  };

  const ops = {
    point: (timeout, selector) => point(selector, timeout, { enabled: true }),
    hoverPoint: (timeout, selector) => point(selector, timeout, { enabled: false }),
    fill: (timeout, selector, text) => withElement(selector, `${quote(selector)} to be editable`, timeout, (el) => {
      const field = labelled(el);
      const obstacle = ready(field, true) || (editable(field) ? '' : `it is not editable: ${name(field)}`);
      return obstacle || fill(field, text);
    }),
    choose: (timeout, selector, wanted) => withElement(selector, `${quote(selector)} to have its options`, timeout, (el) => ready(labelled(el), true) || choose(labelled(el), wanted)),
    focus: (timeout, selector) => withElement(selector, `${quote(selector)} to be there`, timeout, (el) => (el.focus(), value(true))),
    blur: (timeout, selector) => withElement(selector, `${quote(selector)} to be there`, timeout, (el) => (el.blur(), value(true))),
    state: (timeout, selector, state) => until(`${quote(selector)} to be ${state}`, timeout, () => STATES[state](find(selector)) || value(true)),
    text: (timeout, selector, text) => withElement(selector, `${quote(selector)} to contain ${quote(text)}`, timeout, (el) => {
      const there = el.textContent;
      return there.includes(text) || el.innerText.includes(text) ? value(true) : `its text is ${quote(there.trim().slice(0, 120))}`;
    }),
    url: (timeout, source, flags, pattern) => {
      const wanted = new RegExp(source, flags);
      return until(`the address to match ${pattern}`, timeout, () => (wanted.test(location.href) ? value(true) : `it is ${location.href}`));
    },
    liveView: (timeout) => until('a LiveView on the page', timeout, () => (document.querySelector('[data-phx-session]') ? value(true) : 'no element has data-phx-session')),
    connected: (timeout) => until('every LiveView to be connected', timeout, () => {
      const roots = [...document.querySelectorAll('[data-phx-session]:not([data-phx-parent-id])')];
      if (!roots.length) return 'there is no LiveView on the page';
      const open = roots.filter((el) => !el.classList.contains('phx-connected'));
      return open.length ? `not connected: ${open.slice(0, 3).map(name).join(', ')}` : value(true);
    }),
    phxLoading: (timeout, selector, kind) => withElement(selector, `phx-${kind}-loading to end on ${quote(selector)}`, timeout, (el) => (el.classList.contains(`phx-${kind}-loading`) ? `it is still loading: ${name(el)}` : value(true))),
    submitter: (timeout, selector) => withElement(selector, `the form ${quote(selector)}`, timeout, (el) => {
      if (el.localName !== 'form') return { e: `${name(el)} is not a form` };
      const button = [...el.elements].find((field) => field.type === 'submit' || field.type === 'image');
      for (const marked of document.querySelectorAll('[data-liveload-submitter]')) marked.removeAttribute('data-liveload-submitter');
      if (button) {
        button.setAttribute('data-liveload-submitter', '');
        return value(true);
      }
      el.requestSubmit();
      return value(false);
    }),
    // A form that is gone, or whose page is being left, was submitted.
    submitted: (timeout, selector) => until(`phx-submit-loading to end on ${quote(selector)}`, timeout, () => {
      const el = find(selector);
      return el && el.classList.contains('phx-submit-loading') ? `it is still loading: ${name(el)}` : value(true);
    }),
    read: (timeout, selector, what) => withElement(selector, `${quote(selector)} to be there`, timeout, (el) => value(READERS[what](el))),
    attribute: (timeout, selector, attribute) => withElement(selector, `${quote(selector)} to be there`, timeout, (el) => value(el.getAttribute(attribute))),
    count: (timeout, selector) => until('the page', timeout, () => value(findAll(selector).length)),
    isVisible: (timeout, selector) => until('the page', timeout, () => {
      const el = find(selector);
      return value(Boolean(el && visible(el)));
    }),
    location: (timeout) => until('the page', timeout, () => value(location.href)),
    title: (timeout) => until('the page', timeout, () => value(document.title)),
    content: (timeout) => until('the page', timeout, () => {
      const type = document.doctype ? new XMLSerializer().serializeToString(document.doctype) + '\n' : '';
      return value(type + document.documentElement.outerHTML);
    }),
    // settled waits while the page is being left, so that user code runs in the page that comes.
    settled: (timeout) => until('the next page', timeout, () => value(true)),
  };

  Object.defineProperty(globalThis, '__liveload', {
    value: {
      async run([op, timeout, ...args]) {
        return stringify(await ops[op](timeout, ...args));
      },
      // stay says that the navigation came to nothing, such as a download.
      stay() {
        leaving = false;
      },
    },
  });
})();
