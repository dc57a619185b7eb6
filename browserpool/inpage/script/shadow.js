// Finding elements in shadow roots, as Playwright does: the combinators of a selector reach through their
// boundaries.
const above = (el) => el.parentElement || (el.parentNode instanceof ShadowRoot ? el.parentNode.host : null);
// compounds takes a selector apart: for each of the list its compounds, each with the combinator before it.
const compounds = (selector) => {
  const list = [[]];
  let css = '';
  let combinator = '';
  const end = () => {
    if (css) list[list.length - 1].push({ css, combinator });
    if (css) combinator = ' ';
    css = '';
  };
  let depth = 0;
  for (const [token] of selector.trim().matchAll(/\\[\da-f]{1,6}\s?|\\[^]|"(?:\\[^]|[^"\\])*"|'(?:\\[^]|[^'\\])*'|[^]/gi)) {
    depth += '[('.includes(token) - '])'.includes(token);
    if (depth > 0 || !/^[\s>+~,]$/.test(token)) css += token;
    else end();
    if (depth > 0 || !/^[>+~,]$/.test(token)) continue;
    combinator = token;
    if (token !== ',') continue;
    list.push([]);
    combinator = '';
  }
  end();
  return list.filter((one) => one.length);
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
  const list = compounds(selector);
  const last = list.map((all) => all[all.length - 1].css).join();
  const found = [...querySelectorAll(root, selector)];
  const search = (inside) => {
    for (const { shadowRoot } of querySelectorAll(inside, '*')) {
      if (!shadowRoot) continue;
      for (const el of querySelectorAll(shadowRoot, last)) if (list.some((all) => fits(el, all, all.length))) found.push(el);
      search(shadowRoot);
    }
  };
  search(root);
  return found;
};
