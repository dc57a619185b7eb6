// ---- changes of the address without a new document --------------------------------------------------
// They last until the page is quiet: nothing was asked for and no content changed for a while. The page is watched
// while one goes on only.
const QUIET_MS = 100;
const NEVER_QUIET_MS = 10000; // after which a page counts as one that always moves, such as a clock
let change = null; // the one that goes on
let shownAddress = withoutFragment(location.href);
const contents = new Mutations(() => {
  if (change) change.last = now();
});
const isPartOf = (request) => request.from >= change.at && !test(POLL, request.url);
// changeHears notes an answer: what it brings is shown a while later.
const changeHears = (request) => {
  if (change && (!request || isPartOf(request))) change.busy = now();
};
const asking = () => {
  if (waiting > 0) return true;
  let some = false;
  requests.forEach((same) => {
    for (let i = 0; i < same.length; i++) some = some || (!same[i].ended && isPartOf(same[i]));
  });
  return some;
};
const endChange = (took) => {
  observe('soft_navigation_duration_us', change.page, micros(took));
  forgetChange();
};
const forgetChange = () => {
  change = null;
  stopMutations(contents);
};
// cutChange ends one before the page was quiet.
const cutChange = () => {
  if (change) endChange((asking() ? now() : change.last) - change.at);
};
const lookAtChange = (one) => {
  if (change !== one) return;
  const at = now();
  if (asking()) one.busy = at;
  else if (at - most(one.last, one.busy) >= QUIET_MS) return endChange(one.last - one.at);
  if (at - one.at < NEVER_QUIET_MS) return void later(guarded(() => lookAtChange(one)), QUIET_MS);
  count('liveload_samples_dropped', 'page never quiet');
  forgetChange();
};
if (inWindow && navigations) {
  listen(navigations, 'currententrychange', () => {
    const address = withoutFragment(location.href);
    if (address === shownAddress) return;
    shownAddress = address;
    cutChange();
    const at = now();
    const one = (change = { at, last: at, busy: at, page: page() });
    observeMutations(contents, document, { __proto__: null, subtree: true, childList: true, characterData: true });
    later(guarded(() => lookAtChange(one)), QUIET_MS);
  });
}
