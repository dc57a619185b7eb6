// Leaving: while a navigation that the page began is under way, what it still shows is not to be acted on.
let leavingTo = ''; // address, without its fragment
let leavings = 0; // navigations that would leave
let repeats = 0; // of them, those to that address
let submitting = 0; // forms whose navigation is about to begin
const waiting = new Set(); // attempts to make again when the page stays
const away = () => leavingTo !== '' || submitting > 0;
const stays = () => { if (!away()) for (const attempt of list([...waiting])) attempt(); };
const stay = () => {
  leavingTo = '';
  stays();
};
const UNSURE_MS = 5000;
// stayFor is told that a navigation to an address, or any when that is empty, has ended without a document. One that was
// repeated may have ended for the next one, unless it is sure that nothing comes.
const stayFor = (url, sure) => {
  if (url && url !== leavingTo) return;
  if (sure || repeats === 1) return stay();
  const unsure = leavings;
  later(() => { if (leavings === unsure) stay(); }, UNSURE_MS);
};
if (globalThis.navigation) {
  const SITE = /^https?:/;
  const { intercept } = methods(NavigateEvent.prototype);
  listenTo(navigation, 'navigate', (event) => {
    const { url, sameDocument } = event.destination;
    if (sameDocument || event.hashChange || event.downloadRequest !== null || !test(SITE, url)) return;
    let intercepted = false;
    event.intercept = (options) => {
      intercepted = true;
      return intercept(event, options);
    };
    const to = split(url, '#')[0];
    repeats = to === leavingTo ? repeats + 1 : 1;
    leavingTo = to; // at once: the next operation may be faster than a timer
    leavings++;
    later(() => { if (event.defaultPrevented || intercepted) stay(); }, 0);
  });
  // A navigation that begins while another one is under way first ends that: the page does not stay. When it repeats that
  // one, Chromium may ignore it and go on with the first, without an event.
  listenTo(navigation, 'navigateerror', () => {
    const failed = leavings;
    later(() => { if (leavings === failed) stay(); }, 0);
  });
  // The navigation of a form begins in a separate task, which the next operation may overtake.
  const HERE = new Set(['', '_self', '_top', '_parent']);
  const submits = (form, submitter, prevented) => {
    if (!HERE.has((submitter && submitter.formTarget) || form.target)) return;
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
    return apply(nativeSubmit, this, []);
  };
}
listening.push(['invalid', fieldRefused, true], ['submit', formSubmitted, true]);

// parsed says what is missing while a new document is still being read, for operations that would read too early.
const parsed = () => (document.readyState === 'loading' && now() < PARSE_MS ? 'the page is still being read' : '');
