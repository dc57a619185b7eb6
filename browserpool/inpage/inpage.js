// liveload's hands and eyes in the page: finds elements, waits until they can be acted on, waits for
// the page to change, reads it. One evaluated promise stands for what would otherwise be many messages
// to the browser. Every operation answers with JSON: {v: value}, {e: what was wrong},
// {t: [what was waited for, what was there instead]} when time is up, {a: the same} when elements that
// Playwright found are to be found again, {s: 1} when the browser cannot read the selector as CSS, or {g: 1}
// when the document has no operations.
(() => {
  if (globalThis.__liveload) return;
  const later = globalThis.setTimeout.bind(globalThis);
  const cancelLater = globalThis.clearTimeout.bind(globalThis);
  const frame = globalThis.requestAnimationFrame.bind(globalThis);
  const now = performance.now.bind(performance);
  const { parse, stringify } = JSON;
  const Observer = globalThis.MutationObserver;
  const PARSE_MS = 5000; // after which a document that is not at its end is read as far as it is
  const RECHECK_MS = 100; // what no mutation tells: styles, media, values

  // What the window listens to. document.open and document.write into a finished page take all listeners away.
  const listening = [];
  const addListener = globalThis.addEventListener.bind(globalThis);
  const listen = () => { for (const [type, listener, capture] of listening) addListener(type, listener, capture); };

  // ---- leaving: a navigation that the page began; what it still shows is not to be acted on -------
  let leavingTo = ''; // address, without its fragment
  let submitting = 0; // forms whose navigation is about to begin
  const waiting = new Set(); // attempts to make again when the page stays
  const away = () => leavingTo !== '' || submitting > 0;
  const stays = () => { if (!away()) for (const attempt of [...waiting]) attempt(); };
  const stay = () => {
    leavingTo = '';
    stays();
  };
  if (globalThis.navigation) {
    navigation.addEventListener('navigate', (event) => {
      const { url, sameDocument } = event.destination;
      if (sameDocument || event.hashChange || event.downloadRequest !== null || !/^https?:/.test(url)) return;
      let intercepted = false;
      event.intercept = (...args) => {
        intercepted = true;
        return NavigateEvent.prototype.intercept.apply(event, args);
      };
      leavingTo = url.split('#')[0]; // at once: the next operation may be faster than a timer
      later(() => { if (event.defaultPrevented || intercepted) stay(); }, 0);
    });
    navigation.addEventListener('navigateerror', stay);
    // The navigation of a form begins in a task of its own, which the next operation may overtake.
    const submits = (form, submitter, prevented) => {
      if (!['', '_self', '_top', '_parent'].includes((submitter && submitter.formTarget) || form.target)) return;
      submitting++;
      const over = () => {
        submitting--;
        stays();
      };
      later(() => (prevented() ? over() : later(over, 50)), 0);
    };
    const submitted = (event) => submits(event.target, event.submitter, () => event.defaultPrevented);
    listening.push(['submit', submitted, true]);
    const nativeSubmit = HTMLFormElement.prototype.submit;
    HTMLFormElement.prototype.submit = function submit() {
      submits(this, null, () => false);
      return nativeSubmit.call(this);
    };
  }
  listening.push(['invalid', fieldRefused, true], ['submit', formSubmitted, true]);

  // parsed says what is missing while a new document is still being read, for those who would read too early.
  const parsed = () => (document.readyState === 'loading' && now() < PARSE_MS ? 'the page is still being read' : '');

  // ---- finding ------------------------------------------------------------------------------------
  let shadows = false;
  const nativeAttachShadow = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function attachShadow(init) {
    shadows = true;
    return nativeAttachShadow.call(this, init);
  };
  // Shadow roots that the document's HTML declares are looked for once, when an element is missing.
  let searched = false;
  const pierce = () => {
    if (!searched && document.readyState === 'complete') {
      searched = true;
      shadows = shadows || [...document.querySelectorAll('*')].some((el) => el.shadowRoot);
    }
    return shadows;
  };
  const find = (selector) => document.querySelector(selector) || (pierce() ? deep(document, selector)[0] || null : null);
  const findAll = (selector) => (pierce() ? deep(document, selector) : [...document.querySelectorAll(selector)]);
  // A target is what an operation is about: elements that the page finds by CSS, anew at each attempt, or
  // that Playwright's engines found, once.
  const never = () => false;
  const byCSS = (selector) => ({ selector, first: () => find(selector), all: () => findAll(selector), lost: never, outdated: never });
  const FIND_AGAIN_MS = 250; // after which elements are to be found again although nothing happened
  const PAUSE_MS = 20; // at least, before elements are to be found again since the page changed
  const found = (selector, all) => {
    const begun = now();
    return {
      selector,
      first: () => all[0] || null,
      all: () => all,
      lost: () => all.length > 0 && !all[0].isConnected,
      outdated: (changed) => now() - begun >= (changed && !all.length ? PAUSE_MS : FIND_AGAIN_MS),
    };
  };

  // ---- looking ------------------------------------------------------------------------------------
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
  const labelled = (el) => {
    const control = el.localName === 'label' ? el.control : null;
    return control || el;
  };

  const near = (selector) => nearTo(selector, name, excerpt);

  // ---- waiting --------------------------------------------------------------------------------------
  // until resolves with what check gives as soon as that is not a string; a string says what is missing.
  const until = (what, timeout, check, target) => new Promise((resolve) => {
    const deadline = now() + timeout;
    let timer = 0;
    let observer = null;
    let changed = false;
    const done = (answer) => {
      if (observer) observer.disconnect();
      cancelLater(timer);
      waiting.delete(attempt);
      resolve(answer);
      return true;
    };
    const attempt = () => {
      let there;
      try {
        if (away()) there = 'the page is being left for another';
        else if (target && target.lost()) return done({ a: [what, missing] });
        else there = check();
      } catch (error) {
        if (error && error.code === SYNTAX_ERROR) return done({ s: 1 });
        return done({ e: String((error && error.message) || error) });
      }
      if (typeof there !== 'string') return done(there);
      if (now() >= deadline) return done({ t: [what, target && there === missing ? there + near(target.selector) : there] });
      return Boolean(target) && target.outdated(changed) && done({ a: [what, there] });
    };
    const recheck = () => {
      if (!attempt()) timer = later(recheck, Math.min(RECHECK_MS, Math.max(1, deadline - now())));
    };
    if (attempt()) return;
    waiting.add(attempt);
    observer = new Observer(() => {
      changed = true;
      attempt();
    });
    observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    timer = later(recheck, Math.min(RECHECK_MS, timeout));
  });
  const SYNTAX_ERROR = 12; // of a selector, as DOMException.code; errors of JavaScript have no code
  const missing = location.protocol === 'chrome-error:' ? 'the browser shows that it cannot open the page' : 'no element matches it';
  const withElement = (target, what, timeout, check) => until(what, timeout, () => {
    const el = target.first();
    return el ? check(el) : missing;
  }, target);
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
    return [Math.round((left + right) * 50) / 100, Math.round((top + bottom) * 50) / 100]; // short to write
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
  // reaches says whether a click on hit is a click on the element, its control, or the button that it is in.
  const reaches = (hit, el) => {
    const target = el.closest('button, a, [role="button"], [role="link"]') || el;
    for (let node = hit; node; node = node.assignedSlot || node.parentNode || node.host) if (node === el || node === target) return true;
    const label = hit.closest('label');
    return Boolean(label && label.control === el);
  };
  const ready = (el, enabled) => {
    if (!visible(el)) return `it is hidden: ${name(el)}`;
    if (enabled && disabled(el)) return `it is disabled: ${name(el)}`;
    return '';
  };
  // aim gives the point where the mouse reaches the element, for so many clicks, and whether it should be
  // there already and the page will tell of the press, or what is in the way. What covers it may be a bar that the element can be scrolled out from under.
  const FRAME = /^(iframe|frame|object|embed)$/; // a press on one is its document's
  let aimed = '';
  const aim = (el, clicks, scroll) => {
    let covered = '';
    for (const block of scroll ? ['', 'center', 'end', 'start'] : ['']) {
      if (block) el.scrollIntoView({ block, inline: 'center', behavior: 'instant' });
      const [x, y] = middle(el);
      const hit = at(x, y);
      if (hit && reaches(hit, el)) {
        if (clicks) meant(el, clicks);
        const before = aimed;
        aimed = `${x} ${y}`;
        return value([x, y, before === aimed ? 1 : 0, clicks && !FRAME.test(hit.localName) ? 1 : 0]);
      }
      covered = covered || (hit ? `it is covered by ${name(hit)}` : `it is outside of the window: ${name(el)}`);
    }
    return covered;
  };
  // A page can move between aiming and the press. Each press is told to the binding; one that would hit
  // something else is taken out of the page's hands, as if it had not been, so that it can be aimed anew.
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
  const tell = (hit) => { if (globalThis.__liveloadPressed) globalThis.__liveloadPressed(hit ? 'hit' : 'missed'); };
  const swallow = (clicks) => {
    swallowing = clicks > 0;
    toSwallow = Math.max(0, clicks - 1);
  };
  const down = (event) => {
    if (!press) return swallow(toSwallow);
    press.on = event.composedPath()[0];
    if (hits(press.on, press.el)) return swallow(0);
    tell(false);
    swallow(press.clicks);
    press = null;
  };
  // A button that was moved or rendered anew between down and up, not in answer to down, was not clicked.
  const up = (event) => {
    if (!press) return;
    const missed = press.still && (!press.on.isConnected || !reaches(event.composedPath()[0], press.el));
    tell(!missed);
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
  // point gives where the mouse can reach the element that pick gives for the one found.
  const point = async (target, timeout, enabled, pick, clicks = 0) => {
    const what = `${quote(target.selector)} to be reachable by the mouse`;
    const deadline = now() + timeout;
    let scrolls = 5; // a page that is scrolled for ever does things of its own
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
  const itself = (el) => el;
  // toTick gives what to click on so that a checkbox or radio button is (not) ticked.
  const toTick = (want) => (el) => {
    const field = labelled(el);
    if (READERS.isChecked(el) === want) return value(null);
    if (!want && field.type === 'radio') throw new Error(`${name(field)} is a radio button: it is unticked by ticking another`);
    const label = visible(field) ? null : [...(field.labels || [])].find(visible);
    return label || el;
  };
  const fire = (el, type) => el.dispatchEvent(new Event(type, { bubbles: true, composed: true }));
  const CANNOT_FILL = new Set(['button', 'checkbox', 'file', 'hidden', 'image', 'radio', 'reset', 'submit']);
  const SET_DIRECTLY = new Set(['date', 'time', 'datetime-local', 'month', 'week', 'color', 'range']);
  const edit = document.execCommand.bind(document);
  // fill replaces what is there as a person would; gives whether the text is still wanted.
  const fill = (el, text) => {
    const type = el.localName === 'input' ? el.type : '';
    if (CANNOT_FILL.has(type)) return { e: `cannot fill ${name(el)}: its type is ${type}` };
    if (el.localName === 'select') return { e: `cannot fill ${name(el)}: use selectOption` };
    if (!type && el.localName !== 'textarea' && !el.isContentEditable) return { e: `cannot fill ${name(el)}: it is not an input, textarea or editable element` };
    if (el.readOnly) return `it is read-only: ${name(el)}`;
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
    // At once: with several operations side by side, another field could have the keyboard a moment later.
    return value(!(text ? edit('insertText', false, text) : edit('delete')));
  };
  const choose = (el, wanted) => {
    if (el.localName !== 'select') return { e: `${name(el)} is not a select` };
    if (!el.multiple && wanted.length > 1) return { e: `${name(el)} takes one option, not ${wanted.length}` };
    const picks = wanted.map((w) => [...el.options].find((o) => o.value === w) || [...el.options].find((o) => o.label.trim() === w));
    const absent = wanted.filter((w, i) => !picks[i]);
    if (absent.length) return `it has no option ${absent.map(quote).join(', ')}; it has ${[...el.options].slice(0, 10).map((o) => quote(o.value)).join(', ')}`;
    const barred = picks.find((o) => o.matches(':disabled'));
    if (barred) return `its option ${quote(barred.value)} is disabled`;
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
      if (!['checkbox', 'radio'].includes(field.localName === 'input' && field.type) && role === null) throw new Error(`${name(el)} is not a checkbox or radio button`);
      return role !== null && field.localName !== 'input' ? role === 'true' : field.checked;
    },
  };

  // submitter is what a person would click to submit a form: its first button that shows.
  const submitter = (form) => {
    const fields = [...form.elements, ...document.querySelectorAll('input[type=image]')].filter((el) => el.form === form);
    const buttons = fields.filter((el) => el.type === 'submit' || el.type === 'image');
    return buttons.find(visible) || buttons[0];
  };

  // Files can only be put into an input from outside: it is handed out by a number.
  const handedOut = new Map();
  let lastHandedOut = 0;
  const fileInput = (el, count) => {
    const field = labelled(el);
    if (field.localName !== 'input' || field.type !== 'file') return { e: `${name(el)} is not a file input` };
    if (count > 1 && !field.multiple) return { e: `${name(field)} takes one file, not ${count}` };
    if (count === 0) {
      field.value = '';
      fire(field, 'input');
      fire(field, 'change');
      return value(0);
    }
    handedOut.set(++lastHandedOut, field);
    return value(lastHandedOut);
  };

  // Operations on an element: each takes its timeout in milliseconds, its target and its arguments.
  const elementOps = {
    point: (timeout, target, clicks) => point(target, timeout, true, itself, clicks),
    hoverPoint: (timeout, target) => point(target, timeout, false, itself),
    checkPoint: (timeout, target, want) => point(target, timeout, true, toTick(want), 1),
    fill: (timeout, target, text) => withElement(target, `${quote(target.selector)} to be editable`, timeout, (el) => {
      const field = labelled(el);
      if (CANNOT_FILL.has(field.type)) return fill(field, text);
      return ready(field, true) || fill(field, text);
    }),
    choose: (timeout, target, wanted) => withElement(target, `${quote(target.selector)} to have its options`, timeout, (el) => ready(labelled(el), true) || choose(labelled(el), wanted)),
    focus: (timeout, target) => withElement(target, `${quote(target.selector)} to take the keyboard`, timeout, (el) => {
      if (!el.checkVisibility({ visibilityProperty: true })) return `it is hidden: ${name(el)}`;
      if (el.matches(':disabled')) return `it is disabled: ${name(el)}`;
      el.focus();
      return value(true);
    }),
    blur: (timeout, target) => withElement(target, `${quote(target.selector)} to be there`, timeout, (el) => (el.blur(), value(true))),
    files: (timeout, target, count) => withElement(target, `${quote(target.selector)} to be there`, timeout, (el) => fileInput(el, count)),
    state: (timeout, target, state) => until(`${quote(target.selector)} to be ${state}`, timeout, () => STATES[state](target.first()) || value(true), target),
    text: (timeout, target, text) => withElement(target, `${quote(target.selector)} to contain ${quote(text)}`, timeout, (el) => {
      const there = el.textContent;
      return there.includes(text) || (el.innerText || '').includes(text) ? value(true) : `its text is ${excerpt(there) || 'empty'}`;
    }),
    phxLoading: (timeout, target, kind) => withElement(target, `phx-${kind}-loading to end on ${quote(target.selector)}`, timeout, (el) => (el.classList.contains(`phx-${kind}-loading`) ? `it is still loading: ${name(el)}` : value(true))),
    // submitPoint gives where the form's submit button is, or asks the form to submit when it has none.
    submitPoint: (timeout, target) => point(target, timeout, true, (el) => {
      if (el.localName !== 'form') throw new Error(`${name(el)} is not a form`);
      submitAsked(el);
      const button = submitter(el);
      if (button) return button;
      el.requestSubmit();
      return value(null);
    }, 1),
    // A form that is gone, or whose page is being left, was submitted.
    submitted: (timeout, target) => until(`phx-submit-loading to end on ${quote(target.selector)}`, timeout, () => {
      const el = target.first();
      if (!el) return value(true);
      if (el.classList.contains('phx-submit-loading')) return `it is still loading: ${name(el)}`;
      const why = refusal(el, name);
      if (why) throw new Error(why);
      return value(true);
    }, target),
    read: (timeout, target, what) => withElement(target, `${quote(target.selector)} to be there`, timeout, (el) => value(READERS[what](el))),
    attribute: (timeout, target, attribute) => withElement(target, `${quote(target.selector)} to be there`, timeout, (el) => value(el.getAttribute(attribute))),
    count: (timeout, target) => until('the page', timeout, () => parsed() || value(target.all().length), target),
    isVisible: (timeout, target) => until('the page', timeout, () => {
      const el = target.first();
      return (el ? '' : parsed()) || value(Boolean(el && visible(el)));
    }, target),
  };

  const pageOps = {
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
    location: (timeout) => until('the page', timeout, () => value(location.href)),
    title: (timeout) => until('the page', timeout, () => parsed() || value(document.title)),
    content: (timeout) => until('the page', timeout, () => {
      if (parsed()) return parsed();
      const type = document.doctype ? new XMLSerializer().serializeToString(document.doctype) + '\n' : '';
      return value(type + document.documentElement.outerHTML);
    }),
    // settled waits while the page is being left, so that user code runs in the page that comes.
    settled: (timeout) => until('the next page', timeout, () => parsed() || value(true)),
  };

  Object.defineProperty(globalThis, '__liveload', {
    value: {
      async run([op, timeout, ...args]) {
        return op in elementOps ? elementOps[op](timeout, byCSS(args[0]), ...args.slice(1)) : pageOps[op](timeout, ...args);
      },
      // runFound is run for elements that Playwright's engines found; both ways in JSON.
      async runFound(all, call) {
        const [op, timeout, selector, ...args] = parse(call);
        return stringify(await elementOps[op](timeout, found(selector, all), ...args));
      },
      unseen: () => press !== null,
      handOut(number) {
        const input = handedOut.get(number);
        handedOut.delete(number);
        return input;
      },
      // stay says that the navigation to url, or whichever it was, came to nothing.
      stay(url) {
        if (!url || url === leavingTo) stay();
      },
    },
  });
})();
