// Finding elements in shadow roots, as Playwright does: the combinators of a selector reach through their
// boundaries.
const above = (el) => el.parentElement || (el.parentNode instanceof ShadowRoot ? el.parentNode.host : null);
const TOKENS = /\\[\da-f]{1,6}\s?|\\[^]|"(?:\\[^]|[^"\\])*"|'(?:\\[^]|[^'\\])*'|[^]/gi;
const COMBINES = /^[\s>+~,]$/;
// compounds takes a selector apart: for each of the list its compounds, each with the combinator before it.
const compounds = (selector) => {
  const all = list([list([])]);
  let css = '';
  let combinator = '';
  const end = () => {
    if (css) all[all.length - 1].push({ css, combinator });
    if (css) combinator = ' ';
    css = '';
  };
  let depth = 0;
  for (const { 0: token } of list(matchesOf(TOKENS, trim(selector)))) {
    depth += has('[(', token) - has('])', token);
    if (depth > 0 || !test(COMBINES, token)) css += token;
    else end();
    if (depth > 0 || !test(COMBINES, token) || !trim(token)) continue;
    combinator = token;
    if (token !== ',') continue;
    all.push(list([]));
    combinator = '';
  }
  end();
  return all.filter((one) => one.length);
};
// fits reports whether el matches the first n of the compounds.
const fits = (el, all, n) => {
  const { css, combinator } = all[n - 1];
  if (!matches(el, css)) return false;
  if (n === 1) return true;
  const next = combinator === '+' || combinator === '~' ? (e) => e.previousElementSibling : above;
  const far = combinator === '~' || combinator === ' ';
  for (let e = next(el); e; e = next(e)) {
    if (fits(e, all, n - 1)) return true;
    if (!far) return false;
  }
  return false;
};
// deep finds what matches in a document and in the shadow roots below.
const deep = (root, selector) => {
  const each = compounds(selector);
  const last = each.map((all) => all[all.length - 1].css).join();
  const found = list(querySelectorAll(root, selector));
  const search = (inside) => {
    for (const { shadowRoot } of list(querySelectorAll(inside, '*'))) {
      if (!shadowRoot) continue;
      for (const el of list(querySelectorAll(shadowRoot, last))) if (each.some((all) => fits(el, all, all.length))) found.push(el);
      search(shadowRoot);
    }
  };
  search(root);
  return found;
};
