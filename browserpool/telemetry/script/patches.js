// ---- from a diff to the DOM -----------------------------------------------------------------------
// showsSomething says whether a diff changes the DOM: events, a title and a reply alone do not.
const ALONE = /^\{"(?:e|t|r)":/; // keys of content come first
const showsSomething = (diff) => {
  if (diff.length <= 2) return false;
  if (!test(ALONE, diff)) return true;
  const content = parse(diff);
  for (const key in content) if (hasOwn(content, key) && key !== 'e' && key !== 't' && key !== 'r') return true;
  return false;
};

// Diffs whose patch is to come: the client may wait for a transition.
const MOST_PATCHES = 100;
let patches = [];
const awaitPatch = (metric, by, topic, at) => {
  if (patches.length < MOST_PATCHES) patches[patches.length] = { metric, by, topic, at };
};
// forgetPatches is for a view that is gone.
const forgetPatches = (topic) => {
  const all = patches;
  patches = [];
  for (let i = 0; i < all.length; i++) if (all[i].topic !== topic) patches[patches.length] = all[i];
};
listenToWindow('phx:update', () => {
  if (!patches.length) return;
  const all = patches;
  const at = now();
  patches = [];
  for (let i = 0; i < all.length; i++) observe(all[i].metric, all[i].by, micros(at - all[i].at));
});

// ---- what a view is called ------------------------------------------------------------------------
// Phoenix signs what it tells the client of a view, and does not encrypt it: the module is an atom after the atom view,
// each as w and the length in a byte, or d and the length in two (Erlang's external term format). Without it, a view is
// called by the id that its author has given it.
const MODULE = /(?:w\x04|d\x00\x04)view(?:w([^])|d[^]([^]))Elixir\.([\w.]+)/;
const viewOf = (topic) => {
  const id = topic.slice('lv:'.length);
  return moduleOf(id) || (id.startsWith('phx-') ? 'root' : id.replace(/\d+/g, '#'));
};
const moduleOf = (id) => {
  const el = getElementById(document, id);
  const token = ((el && getAttribute(el, 'data-phx-session')) || '').split('.')[1] || '';
  try {
    const found = MODULE.exec(atob(token.replace(/-/g, '+').replace(/_/g, '/')));
    return found ? found[3].slice(0, (found[1] || found[2]).charCodeAt(0) - 'Elixir.'.length) : '';
  } catch {
    return ''; // another server's token
  }
};
