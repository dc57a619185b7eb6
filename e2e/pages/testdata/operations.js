// Every operation of the user on the demo, in one browser: what it does, and each way in which it fails.
export const options = { users: 1, duration: '3m', iterationTimeout: '2m' };

const soon = { timeout: 150 };
const hidden = '#token'; // of the form
const closed = 'http://127.0.0.1:1/'; // nobody listens there

// [page, operation, what it must give or what must be true in the page afterwards, if anything]
const GOOD = [
  ['', (u, at) => u.navigate(at('/counter')), '#inc'],
  ['', (u, at) => u.navigate(at('/nowhere'), { allowStatus: 404 }), () => document.body.innerText.length > 0],
  ['/counter', (u) => u.waitForLiveView().click('#inc').waitForText('#count', '1').reload().waitForLiveView(), () => document.querySelector('#count').textContent === '0'],
  ['/counter', (u, at) => u.navigate(at('/todos')).goBack().waitForSelector('#inc').goForward().waitForSelector('#todo-form')],
  ['/counter', (u) => u.waitForLiveView().click('#inc').waitForPhxLoading('click', '#inc'), () => document.querySelector('#count').textContent === '1'],
  ['/counter', (u) => u.waitForLiveView().evaluate(() => { document.ondblclick = () => { document.body.lang = 'twice'; }; }).dblclick('#inc').getAttribute('body', 'lang'), 'twice'],
  ['/counter', (u) => u.waitForLiveView().click('role=button[name="+"]').waitForText('body >> #count', '1')],
  ['/form', (u) => u.waitForLiveView().fill('#text', 'abc').waitForPhxLoading('change', '#profile-form').inputValue('#text'), 'abc'],
  ['/form', (u) => u.fill('#bio', 'a').clear('#bio').inputValue('#bio'), ''],
  ['/form', (u) => u.type('#text', 'xyz', { delay: 5 }).inputValue('#text'), 'xyz'],
  ['/form', (u) => u.press('#text', 'a').press('#text', 'Shift+B').inputValue('#text'), 'aB'],
  ['/form', (u) => u.check('#terms').isChecked('#terms'), true],
  ['/form', (u) => u.check('#terms').uncheck('#terms').isChecked('#terms'), false],
  ['/form', (u) => u.setChecked('#terms', true).setChecked('#terms', true).isChecked('#terms'), true],
  ['/form', (u) => u.selectOption('#country', 'fr').inputValue('#country'), 'fr'],
  ['/form', (u) => u.selectMultipleOptions('#languages', ['en', 'it']).evaluate(() => [...document.querySelector('#languages').selectedOptions].map((o) => o.value).join()), 'en,it'],
  ['/form', (u) => u.focus('#text').evaluate(() => document.activeElement.id), 'text'],
  ['/form', (u) => u.focus('#text').blur('#text').evaluate(() => document.activeElement.id), ''],
  ['/form', (u) => u.hover('#save').evaluate(() => document.querySelector('#save').matches(':hover')), true],
  ['/plain', (u) => u.evaluate(() => {
    const [from, to] = [document.querySelector('h1'), document.querySelector('#plain-text')];
    from.draggable = true;
    to.ondragover = (event) => event.preventDefault();
    to.ondrop = () => { to.title = 'dropped'; };
  }).dragAndDrop('h1', '#plain-text').getAttribute('#plain-text', 'title'), 'dropped'],
  ['/upload', (u) => u.waitForLiveView().setInputFiles('#phx-upload-files', ['notes.txt']).innerText('#entry-0 >> nth=0').then((text) => text.includes('notes.txt')), true],
  ['/form', (u) => u.waitForSelector('#text').waitForSelector(hidden, { state: 'attached' }).waitForSelector(hidden, { state: 'hidden' }).waitForSelector('#none', { state: 'detached' })],
  ['/async', (u) => u.waitForText('#async-state', 'ready')],
  ['/counter', (u) => u.waitForURL('**/counter*').waitForURL(/count/)],
  ['/async', (u) => u.waitForFunction((want) => document.querySelector('#async-state').textContent === want, 'ready')],
  ['/counter', (u) => u.ensureLiveView().waitForLiveView()],
  ['/nested', (u) => u.waitForLiveView().waitForSelector('#sticky.phx-connected').click('#sticky-inc').waitForText('#sticky-count', '1')
    .click('#to-other').waitForSelector('#to-nested').waitForLiveView().innerText('#sticky-count'), '1'],
  ['/crash', (u) => u.waitForLiveView().click('#disconnect').waitForSelector('[data-phx-main].phx-loading, [data-phx-main].phx-error', { state: 'attached' })
    .waitForLiveView().click('#inc').waitForText('#count', '1')],
  ['/hooks', (u) => u.waitForLiveView().press('#keys', 'a').waitForPhxLoading('keydown', '#keys').waitForPhxLoading('keyup', '#keys').waitForPhxLoading('focus', '#keys').innerText('#key-up'), 'a'],
  ['/counter', (u) => u.waitForLiveView().click('#inc').waitForPhxReply('inc').innerText('#count'), '1'],
  ['/hooks', (u) => u.waitForLiveView().focus('#keys').blur('#keys').waitForPhxLoading('blur', '#keys').waitForText('#focus-state', 'blur')],
  ['/hooks', (u) => u.waitForLiveView().click('#js-push').waitForPhxLoading('click', '#js-push').innerText('#js-pushed'), 'js'],
  ['/todos', (u) => u.waitForLiveView().fill('#todo-title', 'milk').submitForm('#todo-form').waitForPhxLoading('submit', '#todo-form').innerText('.title'), 'milk'],
  ['/plain', (u) => u.fill('#plain-name', 'Ann').submitForm('form >> nth=0').waitForText('#plain-result', 'Ann')],
  ['/login/live', (u) => u.waitForLiveView().fill('#login-user', 'demo').fill('#login-password', 'secret').submitForm('#login-form').waitForURL('**/account').waitForLiveView().resetStorage()],
  ['/counter', (u) => u.pageContent().then((html) => html.includes('id="count"')), true],
  ['/counter', (u) => u.waitForLiveView().innerHTML('#count'), '0'],
  ['/counter', (u) => u.innerText('#count'), '0'],
  ['/counter', (u) => u.textContent('#count'), '0'],
  ['/counter', (u) => u.getAttribute('#count', 'id'), 'count'],
  ['/counter', (u) => u.getAttribute('#count', 'lang'), null],
  ['/counter', (u) => u.isVisible('#none'), false],
  ['/todos', (u) => u.count('#todo-form'), 1],
  ['/counter', (u, at) => u.url().then((url) => url === at('/counter')), true],
  ['/counter', (u) => u.title().then((title) => title.includes('Counter')), true],
  ['/counter', (u) => u.screenshot('counter').then((path) => path.endsWith('.png')), true],
  ['/counter', (u) => u.evaluate((n) => ({ twice: 2 * n }), 4).then((v) => v.twice), 8],
  ['/counter', (u) => u.evaluate('1 + 1'), 2],
  ['/counter', (u, at) => u.evaluate(() => { localStorage.kept = 'yes'; }).storageSnapshot({ as: 'kept' }).resetStorage().restoreStorage((v) => v.assigns.kept)
    .navigate(at('/counter')).evaluate(() => localStorage.kept), 'yes'],
  ['', (u) => u.assign('n', 1).updateAssign('n', (n) => n + 1).then(() => u.assigns.n), 2],
  ['', (u) => u.assign('n', 1).clearAssign('n').then(() => u.assigns.n), undefined],
  ['', (u) => u.assign('n', 1).resetAssigns().then(() => Object.keys(u.assigns).length), 0],
  ['', (u) => u.step('part', () => 7), 7],
  ['', (u) => u.think(1, 2).setTimeout('20s')],
];

// [page, operation, part of the message]
const element = (name, ...args) => [
  ['/form', (u) => u[name]('#txet', ...args, soon), `no element matches it; close to it: <input id="text">`],
  ['/form', (u) => u[name]('##', ...args, soon), 'the selector "##" is not valid'],
  ['/form', (u) => u[name]('', ...args), 'selector must be a text that is not empty, not ""'],
  ['/form', (u) => u[name](7, ...args), 'selector must be a text that is not empty, not 7'],
  ['/form', (u) => u[name]('#text', ...args, { timeot: 1 }), 'option timeot does not exist: there is timeout'],
];
const BAD = [
  ['', (u) => u.navigate(closed), 'net::ERR_UNSAFE_PORT'],
  ['', (u) => u.navigate('/counter'), 'it is not an absolute URL'],
  ['', (u) => u.navigate(), 'url must be a text that is not empty, not undefined'],
  ['', (u) => u.reload('now'), 'options must be an object, not "now"'],
  ['', (u) => u.goBack({ timeout: 'long' }), 'option timeout must be milliseconds'],
  ['', (u) => u.goForward(1, 2), 'goForward takes (options), not 2 arguments'],
  ...['click', 'dblclick', 'check', 'uncheck', 'clear', 'focus', 'blur', 'hover', 'innerHTML', 'innerText', 'textContent', 'inputValue', 'isChecked'].flatMap((name) => element(name)),
  ...element('fill', 'x'), ...element('type', 'x'), ...element('press', 'a'), ...element('selectOption', 'a'), ...element('selectMultipleOptions', ['a']),
  ...element('waitForText', 'x'), ...element('getAttribute', 'id'), ...element('submitForm'), ...element('waitForSelector').slice(1),
  ['/form', (u) => u.click(hidden, soon), 'it is hidden: <input id="token">'],
  ['/form', (u) => u.fill('#terms', 'x'), 'its type is checkbox'],
  ['/form', (u) => u.fill('#country', 'x'), 'use selectOption'],
  ['/form', (u) => u.fill('#text', {}), 'text must be a text, not an object'],
  ['/form', (u) => u.press('#text', 'Entr'), 'Unknown key: "Entr"'],
  ['/form', (u) => u.setChecked('#terms', 'yes'), 'checked must be'],
  ['/form', (u) => u.tap('#save'), 'the page has no touch screen: set hasTouch'],
  ['/counter', (u) => u.waitForLiveView().waitForPhxReply('nothing', soon), 'nothing'],
  ['/form', (u) => u.check('#text'), 'is not a checkbox or radio button'],
  ['/form', (u) => u.check('#plan-free').uncheck('#plan-free'), 'it is unticked by ticking another'],
  ['/form', (u) => u.selectOption('#country', 'atlantis', soon), 'it has no option "atlantis"'],
  ['/form', (u) => u.selectMultipleOptions('#languages', { en: 1 }), 'values has a en of 1: there are { value }, { label } and { index }'],
  ['/form', (u) => u.dragAndDrop('#save', '#none', soon), 'waited for "#none" to be reachable by the mouse, but no element matches it'],
  ['/form', (u) => u.setInputFiles('#document', 'none.txt'), 'there is no file "none.txt" next to the script'],
  ['/form', (u) => u.setInputFiles('#text', 'notes.txt'), 'setInputFiles("#text"'],
  ['/form', (u) => u.waitForSelector('#text', { state: 'gone' }), 'option state must be one of attached, detached, visible, hidden, not "gone"'],
  ['/form', (u) => u.waitForSelector(hidden, soon), 'it is hidden'],
  ['/form', (u) => u.waitForText('h1', 'nothing', soon), 'but its text is'],
  ['/form', (u) => u.waitForURL('**/cart', soon), 'waited for the address to match **/cart, but it is http'],
  ['/form', (u) => u.waitForFunction(() => false, null, soon), 'waited for the function to give a truthy value: timed out after'],
  ['/form', (u) => u.waitForFunction(() => { throw new Error('boom'); }), 'boom'],
  ['/plain', (u) => u.ensureLiveView(soon), 'no element has data-phx-session'],
  ['/counter?mount_delay=3000', (u) => u.waitForLiveView(soon), 'not connected: <div'],
  ['/form', (u) => u.waitForPhxLoading('clik', '#text'), 'kind must be one of click, submit'],
  ['/counter?delay=3000', (u) => u.waitForLiveView().click('#inc').waitForPhxLoading('click', '#inc', soon), 'it is still loading: <button id="inc"'],
  ['/form', (u) => u.submitForm('#text'), '<input id="text"> is not a form'],
  ['/form', (u) => u.evaluate(() => { throw new Error('boom'); }), 'boom'],
  ['/form', (u) => u.evaluate(7), 'fn must be a function or its text, not 7'],
  ['/form', (u) => u.count('##'), 'the selector "##" is not valid'],
  ['/form', (u) => u.isVisible('##'), 'the selector "##" is not valid'],
  ['/form', (u) => u.pageContent({ as: 3 }), 'as must be a key or a function, not 3'],
  ['/form', (u) => u.url('x'), 'options must be an object, not "x"'],
  ['/form', (u) => u.title({ tiemout: 1 }), 'option tiemout does not exist'],
  ['/form', (u) => u.screenshot(''), 'name must be a text that is not empty'],
  ['/form', (u) => u.storageSnapshot({ timeout: -1 }), 'option timeout must be milliseconds'],
  ['/form', (u) => u.restoreStorage({}), 'this is no snapshot of storageSnapshot()'],
  ['/form', (u) => u.resetStorage(1), 'options must be an object, not 1'],
  ['', (u) => u.assign('', 1), 'key must be a text that is not empty'],
  ['', (u) => u.updateAssign('none', (n) => n), 'there is no assign "none"'],
  ['', (u) => u.setTimeout(0), 'timeout must be more than 0'],
  ['', (u) => u.step('', () => {}), 'name must be a text that is not empty'],
  ['', (u) => u.think(2, 1), 'max must not be less than min'],
];

export default async function (user, { baseURL, operations }) {
  const at = (path) => baseURL + path;
  const problems = await beforeNavigation(user);
  for (const [page, operate, want] of GOOD) await good(user, at, page, operate, want).catch((e) => problems.push(`${operate}: ${e.message}`));
  let shown = '';
  for (const [page, operate, want] of BAD) {
    if (page && page !== shown) await open(user, at, page);
    shown = page || shown;
    const began = Date.now();
    let message;
    for (soon.timeout of [150, 5000]) { // a busy machine may need more time to see what is wrong
      message = await Promise.resolve(operate(user, at)).then(() => 'it did not fail', (e) => `${e.name}: ${e.message}`);
      if (message.startsWith('OperationError: operation ') && message.includes(want)) break;
      if (soon.timeout === 5000) problems.push(`${operate}: ${message}\n    want ${want}`);
    }
    if (Date.now() - began > 10000) problems.push(`${operate}: took ${Date.now() - began} ms`);
  }
  const tried = [...GOOD, ...BAD].map(([, operate]) => String(operate)).join() + element;
  for (const name of operations.split(',')) if (!new RegExp(`[.']${name}\\b`).test(tried)) problems.push(`${name} is not in the table`);
  if (problems.length) throw new Error(`${problems.length} problems\n` + problems.join('\n'));
  await user.halt();
}

// open opens a page. A form is joined before it is filled: joining sets its fields anew.
async function open(user, at, page) {
  await user.navigate(at(page));
  if (page === '/form') await user.waitForLiveView();
}

async function good(user, at, page, operate, want) {
  if (page) await open(user, at, page);
  const value = await operate(user, at);
  if (typeof want === 'function') {
    if (!await user.evaluate(want)) throw new Error(`not so: ${want}`);
  } else if (typeof want === 'string' && want.startsWith('#')) await user.waitForSelector(want);
  else if (value !== want) throw new Error(`gave ${JSON.stringify(value)}, want ${JSON.stringify(want)}`);
}

// Operations that need a page say so before there is one.
async function beforeNavigation(user) {
  const problems = [];
  for (const operate of [(u) => u.click('#a'), (u) => u.url(), (u) => u.waitForLiveView(), (u) => u.evaluate('1'), (u) => u.reload(), (u) => u.screenshot('none')]) {
    const message = await operate(user).then(() => 'it did not fail', (e) => e.message);
    if (!message.includes('no page is open yet: call user.navigate(url) first')) problems.push(`${operate}: ${message}`);
  }
  return problems;
}
