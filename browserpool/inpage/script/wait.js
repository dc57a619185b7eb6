// Waiting until the page is as an operation needs it.
// until resolves with what check returns as soon as that is not a string; a string says what is missing.
const until = (what, timeout, check, target) => mine(new Promise((resolve) => {
  const deadline = now() + timeout;
  let timer = 0;
  let observer = null;
  let changed = false;
  const done = (answer) => {
    if (observer) disconnect(observer);
    cancelLater(timer);
    waiting.delete(attempt);
    resolve(answer);
    return true;
  };
  const attempt = () => {
    let there;
    try {
      if (away()) there = 'the page is being left for another';
      else if (isNewFailure()) return done({ d: documentStatus(), u: location.href });
      else if (target && target.lost()) return done({ a: [what, missing] });
      else there = check();
    } catch (error) {
      if (error && error.code === SYNTAX_ERROR) return done({ s: 1 });
      return done({ e: String((error && error.message) || error) });
    }
    if (typeof there !== 'string') return done(there);
    const over = now() >= deadline;
    const found = over || scriptless() ? there + scriptless() + failed() : '';
    if (over) return done({ t: [what, target && there === missing ? found + near(target.selector) + inFrames(target.selector) : found] });
    if (scriptless()) return done({ a: [what, found], l: 1 }); // timers and observers would never call back
    return Boolean(target) && target.outdated(changed, deadline - now()) && done({ a: [what, there] });
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
  observe(observer, document, { __proto__: null, subtree: true, childList: true, attributes: true, characterData: true });
  timer = later(recheck, Math.min(RECHECK_MS, timeout));
}));
// The status of the window's document, 0 when no server has given it.
const documentStatus = () => {
  const entry = entriesOf('navigation')[0];
  return (entry && entry.responseStatus) || 0;
};
// isNewFailure says, once, that the server failed to give a document in which no operation has been.
let entered = globalThis !== globalThis.top; // frames are not what a user navigates
const isNewFailure = () => {
  if (entered) return false;
  entered = true;
  return documentStatus() >= 500;
};
const failed = () => (documentStatus() >= 400 ? `, and the page has come with status ${documentStatus()}` : '');
// scriptless says that the page may run no scripts, if so.
let silent;
const scriptless = () => (silent ??= media('(scripting: none)').matches
  ? ', and the page runs no scripts: a Content-Security-Policy with sandbox has no allow-scripts' : '');
const SYNTAX_ERROR = 12; // of a selector, as DOMException.code; errors of JavaScript have no code
const missing = location.protocol === 'chrome-error:' ? 'the browser shows that it cannot open the page' : 'no element matches it';
const withElement = (target, what, timeout, check) => until(what, timeout, () => {
  const el = target.first();
  return el ? check(el) : missing;
}, target);
const value = (v) => ({ __proto__: null, v: v === undefined ? null : v });
