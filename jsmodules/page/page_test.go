package page_test

import (
	"context"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/js/scripterr"
)

// TestPlaywright: scripts that check what they get, in one session.
func TestPlaywright(t *testing.T) {
	r := theRig
	session := r.session(t)
	url := r.site(t)
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "up.txt"), []byte("up"), 0o600); err != nil {
		t.Fatal(err)
	}
	all := maps.Clone(scripts)
	maps.Copy(all, networkScripts)
	maps.Copy(all, diskScripts)
	for name, body := range all {
		t.Run(name, func(t *testing.T) {
			p := r.person(t, session, "await page.goto(url + '/kit');\n"+body, map[string]any{"url": url, "folder": folder})
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
			defer cancel()
			if err := p.iterate(ctx); err != nil {
				t.Error(err)
			}
		})
	}
}

var scripts = map[string]string{
	"same objects": `
	  same(page === user.page, true, 'page');
	  same(page.context() === context, true, 'context');
	  same(page.mainFrame().page() === page, true, 'page of the frame');
	  same(page.keyboard === page.keyboard, true, 'keyboard');
	  same(user.browser.contexts().length, 1, 'contexts');
	  same(user.browser.isConnected(), true, 'connected');
	  same(await page === page, true, 'awaited page');`,
	"operations speak of the same page": `
	  await user.navigate(url + '/counter').waitForLiveView();
	  same(page.url(), url + '/counter', 'url');
	  await page.locator('#inc').click();
	  await user.waitForText('#count', '1');
	  await page.getByRole('button', { name: '+', exact: true }).click();
	  await page.locator('#count', { hasText: '2' }).waitFor();
	  same(await page.locator('#count').innerText(), '2', 'count');`,
	"locators": `
	  same(await page.locator('.item').allInnerTexts(), ['one', 'two', 'three'], 'texts');
	  same(await page.locator('.item').filter({ hasText: /^T/i }).count(), 2, 'filtered');
	  same(await page.locator('.item').nth(1).innerText(), 'two', 'nth');
	  same((await page.locator('.item').all()).length, 3, 'all');
	  same(await page.locator('.item').first().getAttribute('data-n'), '', 'empty attribute');
	  same(await page.locator('.item').last().getAttribute('data-n'), null, 'no attribute');
	  same(await page.getByText('two').or(page.locator('#nope')).count(), 1, 'or');
	  const box = await page.locator('#name').boundingBox();
	  same(Object.keys(box), ['x', 'y', 'width', 'height'], 'box');
	  await page.getByLabel('Name').fill('Ann');
	  same(await page.inputValue('#name'), 'Ann', 'name');
	  same(await page.getByLabel('Colour').selectOption({ label: 'green' }), ['g'], 'selected');
	  same(await page.selectOption('#colour', 'red'), ['red'], 'selected');
	  await page.click('#later');
	  await page.locator('#late').waitFor({ state: 'attached', timeout: 2000 });
	  same(await page.isVisible('#late'), true, 'late');`,
	"keyboard, mouse, touch": `
	  await page.locator('#name').focus();
	  await page.keyboard.type('abc');
	  await page.keyboard.press('Backspace');
	  await page.keyboard.insertText('!');
	  same(await page.locator('#name').inputValue(), 'ab!', 'typed');
	  const box = await page.locator('#load').boundingBox();
	  await page.mouse.move(box.x + 2, box.y + 2, { steps: 2 });
	  await page.mouse.down();
	  await page.mouse.up();
	  await page.waitForFunction((title) => document.title === title, 'server');`,
	"evaluate": `
	  same(await page.evaluate((a) => ({ sum: a.x + a.y, list: [1, 'b', null] }), { x: 1, y: 2 }), { sum: 3, list: [1, 'b', null] }, 'value');
	  same(await page.evaluate('1 + 1'), 2, 'text');
	  same(await page.evaluate(async () => { await 1; return 'later'; }), 'later', 'async');
	  same(await page.locator('.item').evaluateAll((items, n) => items.length + n, 10), 13, 'all');
	  same(await page.$eval('.item', (item) => item.textContent), 'one', '$eval');
	  same((await page.$$('.item')).length, 3, '$$');
	  const handle = await page.evaluateHandle(() => ({ deep: { n: 7 } }));
	  same(await page.evaluate((h) => h.deep.n, handle), 7, 'handle');
	  const properties = await handle.getProperties();
	  same(await (await properties.get('deep').getProperty('n')).jsonValue(), 7, 'property');
	  const element = await page.$('#name');
	  same(await element.evaluate((e) => e.id), 'name', 'element');
	  same(await page.$('#nope'), null, 'missing');`,
	"init script": `
	  await page.addInitScript((x) => { window.early = x; }, { n: 1 });
	  await page.reload();
	  same(await page.evaluate(() => window.early), { n: 1 }, 'early');`,
	"route with an async handler": `
	  const seen = [];
	  await page.route('**/data', async (route, request) => {
	    await sleep(5);
	    seen.push(route.request().method());
	    await route.fulfill({ status: 201, json: { from: 'script' }, headers: { 'x-a': 'b' } });
	  });
	  const [response] = await Promise.all([page.waitForResponse(/data$/), page.click('#load')]);
	  same(response.status(), 201, 'status');
	  same(await response.json(), { from: 'script' }, 'json');
	  same(response.headers()['x-a'], 'b', 'header');
	  same(await response.headerValue('x-none'), null, 'no header');
	  await page.waitForFunction(() => document.title === 'script');
	  same(seen, ['GET'], 'seen');
	  await page.unroute('**/data');
	  await page.click('#load');
	  await page.waitForFunction(() => document.title === 'server');`,
	"route that changes the answer": `
	  await context.route(/\/data/, async (route) => {
	    const response = await route.fetch();
	    const data = await response.json();
	    await route.fulfill({ response, body: JSON.stringify({ from: data.from + '!' }) });
	  });
	  await page.click('#load');
	  await page.waitForFunction(() => document.title === 'server!');`,
	"events": `
	  const urls = [];
	  const note = (request) => { urls.push(request.url().replace(url, '')); };
	  page.on('request', note);
	  let once = 0;
	  page.once('response', () => { once++; });
	  await page.evaluate(() => fetch('/data').then((r) => r.text()));
	  await page.evaluate(() => fetch('/data').then((r) => r.text()));
	  await sleep(50);
	  page.off('request', note);
	  await page.evaluate(() => fetch('/data').then((r) => r.text()));
	  await sleep(50);
	  same(urls, ['/data', '/data'], 'requests');
	  same(once, 1, 'once');
	  const line = page.waitForEvent('console', (m) => m.text() === 'second');
	  await page.evaluate(() => { console.log('first'); console.log('second', ); });
	  same((await line).type(), 'log', 'console');
	  const failed = page.waitForEvent('pageerror');
	  await page.evaluate(() => { setTimeout(() => { throw new RangeError('in the page'); }); });
	  const { name, message } = await failed;
	  same([name, message], ['RangeError', 'in the page'], 'error');
	  const later = page.waitForEvent('console', { predicate: async (m) => { await sleep(5); return m.text() === 'fourth'; }, timeout: undefined });
	  await page.evaluate(() => { console.log('third'); console.log('fourth'); });
	  same((await later).text(), 'fourth', 'async predicate');
	  const request = page.waitForRequest('**/data');
	  await page.click('#load');
	  same((await request).resourceType(), 'fetch', 'request');
	  same((await request).postData(), null, 'post data');
	  same((await request).failure(), null, 'failure');`,
	"dialog": `
	  let asked = '';
	  page.once('dialog', async (dialog) => { asked = dialog.message(); await dialog.accept(); });
	  await page.click('#ask');
	  same(asked, 'Sure?', 'message');
	  same(await page.title(), 'yes', 'answer');
	  await page.click('#ask');
	  same(await page.title(), 'no', 'without a listener');`,
	"download": `
	  const [download] = await Promise.all([page.waitForEvent('download'), page.click('#download')]);
	  same(download.suggestedFilename(), 'report.txt', 'name');
	  same(await download.failure(), null, 'failure');
	  await download.saveAs('saved.txt');
	  for (const path of ['saved.txt', await download.path()]) {
	    await page.setInputFiles('#file', path);
	    same(await page.evaluate(() => document.querySelector('#file').files[0].text()), 'numbers', 'saved');
	  }`,
	"file chooser and files": `
	  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.click('#file')]);
	  same(chooser.isMultiple(), false, 'multiple');
	  await chooser.setFiles([folder + '/up.txt']);
	  same(await page.evaluate(() => document.querySelector('#file').files[0].name), 'up.txt', 'name');
	  await page.getByLabel('File').setInputFiles({ name: 'a.bin', mimeType: 'text/plain', buffer: new Uint8Array([104, 105]) });
	  same(await page.evaluate(() => document.querySelector('#file').files[0].text()), 'hi', 'content');
	  const rest = () => page.evaluate(() => document.querySelector('#file').files.length);
	  for (const of of [(files) => page.setInputFiles('#file', files), (files) => page.locator('#file').setInputFiles(files, { timeout: 5000 }), (files) => chooser.setFiles(files),
	    (files) => page.mainFrame().setInputFiles('#file', files), async (files) => (await page.$('#file')).setInputFiles(files)]) {
	    await of(folder + '/up.txt');
	    same(await rest(), 1, 'one');
	    await of([]);
	    same(await rest(), 0, 'none');
	  }
	  await page.evaluate(() => document.body.insertAdjacentHTML('beforeend', '<label id=up>Up <input type=file></label>'));
	  await page.setInputFiles('[type=file]', folder + '/up.txt');
	  await page.setInputFiles('[type=file]', []);
	  same(await rest(), 0, 'none of the first');
	  const ofLabel = () => page.evaluate(() => document.querySelector('#up input').files.length);
	  await page.setInputFiles('#up', folder + '/up.txt');
	  same(await ofLabel(), 1, 'of a label');
	  await page.setInputFiles('#up', []);
	  same(await ofLabel(), 0, 'none of a label');
	  let refused = '';
	  await page.locator('#name').fill('kept');
	  await page.setInputFiles('#name', []).catch((e) => { refused = e.message; });
	  same([refused.includes('file'), await page.inputValue('#name')], [true, 'kept'], refused);`,
	"popup": `
	  const [popup] = await Promise.all([page.waitForEvent('popup'), page.click('#popup')]);
	  await popup.waitForURL(/inner$/);
	  same(popup.url(), url + '/inner', 'url');
	  await popup.click('#deep');
	  same(await popup.innerText('#deep'), 'pressed', 'popup');
	  same(context.pages().length, 2, 'pages');
	  same(await popup.opener() === page, true, 'opener');
	  await popup.close();
	  same(popup.isClosed(), true, 'closed');`,
	"frames": `
	  await page.frameLocator('iframe').locator('#deep').click();
	  const frame = page.frame('inner');
	  same(await frame.innerText('#deep'), 'pressed', 'frame');
	  same(page.frames().length, 2, 'frames');
	  same(page.frame({ url: /inner$/ }) === frame, true, 'by url');
	  same(frame.parentFrame() === page.mainFrame(), true, 'parent');`,
	"context": `
	  await context.addCookies([{ name: 'a', value: '1', url }]);
	  same((await context.cookies(url)).filter((c) => c.name === 'a').map((c) => c.value), ['1'], 'cookies');
	  const state = await context.storageState();
	  same(state.cookies.some((c) => c.name === 'a'), true, 'state');
	  await context.clearCookies({ name: 'a' });
	  same((await context.cookies()).some((c) => c.name === 'a'), false, 'cleared');
	  const response = await page.request.get(url + '/data');
	  same(response.ok(), true, 'ok');
	  same(await response.json(), { from: 'server' }, 'json');
	  await page.setViewportSize({ width: 500, height: 400 });
	  same(page.viewportSize(), { width: 500, height: 400 }, 'size');`,
	"functions for the page": `
	  await page.exposeFunction('shout', async (text) => { await sleep(1); return text.toUpperCase(); });
	  await page.exposeFunction('times', () => [{ at: new Date(0) }]);
	  same(await page.evaluate(() => times().then(([{ at }]) => at instanceof Date && at.getTime())), 0, 'a date of an exposed function');
	  same(await page.evaluate(() => window.shout('hey')), 'HEY', 'shout');`,
	"screenshot": `
	  const png = await page.screenshot();
	  same(png instanceof Uint8Array && png[1] === 80, true, 'png');`,
	"as text and as plain data": `
	  same([page, page.locator('p').first(), page.keyboard].map(String), ['page', 'page.locator("p").first()', 'keyboard'], 'text');
	  same(await page.evaluate((a) => a, { at: new URL('/x', url), of: { toJSON: () => [1, 2] } }), { at: url + '/x', of: [1, 2] }, 'plain');`,
	"keys in order": `
	  const data = { z: 1, a: [{ y: '<&>', b: null }], 10: 'ten', 9: 'nine' }, text = JSON.stringify(data);
	  const seen = (value, what) => same(JSON.stringify(value), text, what);
	  seen(await page.evaluate((a) => a, data), 'evaluate');
	  same(await page.evaluate((a) => JSON.stringify(a), data), text, 'argument');
	  seen(await page.locator('p').first().evaluate((e, a) => e instanceof Element && a, data), 'locator');
	  seen(await page.locator('p').evaluateAll((all, a) => all.length > 0 && a, data), 'evaluateAll');
	  seen(await page.$$eval('p', (all, a) => all.length > 0 && a, data), '$$eval');
	  seen(await page.mainFrame().evaluate((a) => a, data), 'frame');
	  const handle = await page.evaluateHandle((a) => a, data);
	  seen(await handle.jsonValue(), 'jsonValue');
	  seen(await handle.evaluate((held, a) => a && held, data), 'handle');
	  same(await page.evaluate(([h, n]) => [JSON.stringify(h), n], [handle, 0]), [text, 0], 'a handle in a list');
	  seen(await (await page.waitForFunction((a) => a, data)).jsonValue(), 'waitForFunction');
	  for (const evaluate of [(code) => page.evaluate(code), (code) => user.evaluate(code)]) {
	    same(await evaluate('const n = 1; n + 1'), 2, 'statements');
	    seen(await evaluate('const sent = ' + text + '; sent'), 'statements');
	    seen(await evaluate('(() => { window.sent = ' + text + '; })(); window.sent'), 'statements in brackets');
	    seen(await evaluate('function sent(v = (1)) { return ' + text + '; }'), 'a function as text');
	  }
	  same(await page.evaluate('const given = 1; (a) => JSON.stringify(a)', data), text, 'statements that end with a function');
	  seen(await (await page.waitForFunction('const late = ' + text + '; late')).jsonValue(), 'statements to wait for');
	  let args = '';
	  await page.exposeFunction('exchange', (...all) => { args = JSON.stringify(all); return data; });
	  same(await page.evaluate(async (a) => JSON.stringify(await exchange(a, [a], undefined, new Date(0), 'x', 2 ** 60)), data), text, 'what an exposed function returns');
	  same(args, JSON.stringify([data, [data], null, new Date(0), 'x', 2 ** 60]), 'what it is called with');
	  await page.exposeFunction('bytes', () => ({ of: new Uint8Array([1, 2]) }));
	  same(await page.evaluate(async () => { const { of } = await bytes(); return [of instanceof Uint8Array, [...of]]; }), [true, [1, 2]], 'bytes of an exposed function');
	  same(await page.evaluate(({ of }) => [of instanceof Uint8Array, [...of]], { of: new Uint8Array([1, 2]) }), [true, [1, 2]], 'bytes');
	  same(await page.evaluate(async () => { const a = {}; a.a = a; try { await exchange(a); } catch (e) { return e.message.includes('contains itself'); } }), true, 'what contains itself');
	  const cdp = await context.newCDPSession(page);
	  const { result } = await cdp.send('Runtime.evaluate', { expression: '(' + text + ')', returnByValue: true });
	  seen(result.value, 'CDP');
	  same(Object.keys(result), ['type', 'value'], 'CDP');
	  const said = new Promise((resolve) => cdp.on('Runtime.consoleAPICalled', resolve));
	  await cdp.send('Runtime.enable', {});
	  await page.evaluate(() => console.log('said'));
	  same(Object.keys(await said).slice(0, 3), ['type', 'args', 'executionContextId'], 'CDP event');
	  const reported = new Promise((resolve) => cdp.on('Runtime.bindingCalled', resolve));
	  await cdp.send('Runtime.addBinding', { name: 'report' });
	  await page.evaluate(() => report('any text'));
	  same((await reported).payload, 'any text', 'CDP binding');
	  same([...(await (await page.evaluateHandle((a) => a, data)).getProperties()).keys()], Object.keys(data), 'getProperties');
	  await context.addCookies([{ name: 'o', value: '1', url }]);
	  same(Object.keys((await context.storageState()).cookies.find((c) => c.name === 'o')).slice(0, 4), ['name', 'value', 'domain', 'path'], 'cookie');
	  await context.clearCookies();
	  same(await page.evaluate(() => typeof pack + typeof read), 'undefinedundefined', 'names');
	  await page.route('**/fulfilled', (route) => route.fulfill({ json: data }));
	  same(await page.evaluate(() => fetch('/fulfilled').then((r) => r.text())), text, 'fulfill');
	  await page.route('**/posted', (route) => route.fulfill({ body: JSON.stringify([route.request().postData(), route.request().postDataJSON()]) }));
	  same(await page.evaluate((t) => fetch('/posted', { method: 'POST', body: t }).then((r) => r.json()).then((all) => JSON.stringify(all[1])), text), text, 'postDataJSON');
	  const echo = await page.request.post(url + '/back', { data });
	  same([await echo.text(), echo.headers()['content-type']], [text, 'application/json'], 'data');
	  seen(await echo.json(), 'json');`,
	"forms in order": `
	  const fields = { z: 'é ~*&', million: 1000000, a: true, 1: 'first' };
	  const form = new URLSearchParams(Object.entries(fields)).toString();
	  const sent = async (options) => { const echo = await page.request.post(url + '/back', options); return [await echo.text(), echo.headers()['content-type']]; };
	  same(await sent({ form: fields }), [form, 'application/x-www-form-urlencoded'], 'form');
	  same(await sent({ form: new URLSearchParams([['a', '2'], ['a', '1']]) }), ['a=2&a=1', 'application/x-www-form-urlencoded'], 'fields of one name');
	  same(await sent({ form: fields, headers: { 'Content-Type': 'text/x' } }), [form, 'text/x'], 'type');
	  same((await page.request.get(url + '/data?first=1#end', { params: fields })).url(), url + '/data?first=1&' + form + '#end', 'params');
	  same((await page.request.get(url + '/data', { params: new URLSearchParams(fields) })).url(), url + '/data?' + form, 'params');
	  const [parts, kind] = await sent({ multipart: { ...fields, up: { name: 'a "b".txt', mimeType: 'text/plain', buffer: new Uint8Array([104, 105]) } } });
	  same([...parts.matchAll(/form-data; name="(\w+)"(?:; filename="(.*)")?[^]*?\r\n\r\n(.*)\r\n/g)].map((m) => m.slice(1)), [
	    ['1', null, 'first'], ['z', null, 'é ~*&'], ['million', null, '1000000'], ['a', null, 'true'], ['up', 'a \\"b\\".txt', 'hi']], 'multipart');
	  same(kind.startsWith('multipart/form-data; boundary='), true, kind);
	  const failure = async (options) => { try { await sent(options); } catch (e) { return e.message; } };
	  same((await failure({ form: { a: [1] } })).includes('form.a must be a text, a number or a boolean, not a list: for several values of one name use URLSearchParams'), true, 'a list');
	  same((await failure({ form: {}, data: 'x' })).includes('only one of'), true, 'two bodies');
	  await page.route('**/posted', (route) => route.fulfill({ json: route.request().postDataJSON() }));
	  same(await page.evaluate((b) => fetch('/posted', { method: 'POST', body: new URLSearchParams(b) }).then((r) => r.text()), fields), JSON.stringify({ 1: 'first', z: 'é ~*&', million: '1000000', a: 'true' }), 'postDataJSON of a form');`,
	"a page that forbids eval": `
	  await user.navigate(url + '/strict');
	  for (const evaluate of [(code) => page.evaluate(code), (code) => user.evaluate(code)]) {
	    same(JSON.stringify(await evaluate('const b = 1; ({ b, a: 2 })')), '{"b":1,"a":2}', 'statements');
	    same(await evaluate((a = (1)) => { return a; }), 1, 'a function');
	  }
	  same(await (await page.waitForFunction('document.title;')).jsonValue(), 'strict', 'waitForFunction');`,
	"side by side": `
	  const texts = await Promise.all([page.innerText('.item >> nth=0'), page.title(), page.locator('.item').count()]);
	  same(texts, ['one', 'kit', 3], 'all');
	  const first = await Promise.race([page.waitForTimeout(10).then(() => 'page'), sleep(5000).then(() => 'sleep')]);
	  same(first, 'page', 'race');`,
	"errors can be caught": `
	  const failure = async (fn) => { try { await fn(); } catch (e) { return e.name + ': ' + e.message; } return 'nothing'; };
	  const says = async (want, fn) => { const got = await failure(fn); if (!got.includes(want)) throw new Error(got + ' lacks ' + want); };
	  await says('TimeoutError: page.click("#nope", {…}): Timeout 100ms exceeded', () => page.click('#nope', { timeout: 100 }));
	  await says('page.locator("p").filter({…}).first().click({…}): Timeout 100ms', () => page.locator('p').filter({ hasText: 'x' }).first().click({ timeout: 100 }));
	  await says('options: there is no "timout": did you mean "timeout"?', () => page.click('#name', { timout: 100 }));
	  await says('argument 1 must be a text, not 7', () => page.click(7));
	  await says('argument 1 is missing', () => page.click());
	  await says('there is no event "reqest": did you mean "request"?', () => page.on('reqest', () => {}));
	  await says('not available in a load test: the browser serves other users too', () => user.browser.close());
	  await says('Timeout 50ms exceeded while waiting for event "popup"', () => page.waitForEvent('popup', { timeout: 50 }));
	  await says('page.waitForRequest("**/nope"): Timeout 50ms', () => page.waitForRequest('**/nope', { timeout: 50 }));
	  page.setDefaultTimeout(70);
	  await says('Timeout 70ms exceeded', () => page.click('#nope'));
	  await says('Timeout 70ms exceeded', () => page.locator('#nope').innerText());
	  await says('Timeout 80ms exceeded', () => page.click('#nope', { timeout: 80 }));
	  await says('Timeout 70ms exceeded', () => page.waitForEvent('popup'));
	  page.setDefaultTimeout(30000);
	  await says('page.setInputFiles("#file", null, {…}): files should be one of', () => page.setInputFiles('#file', null, { timeout: 50 }));
	  await says('page.fill("#nope", 7 hidden characters, {…}): Timeout 50ms', () => page.fill('#nope', 'hunter2', { timeout: 50 }));
  for (const on of [await page.$('#name'), page.locator('#name')]) await says('type(7 hidden characters, {…}): Timeout 60ms exceeded', () => on.type('hunter2', { delay: 50, timeout: 60 }));
  await says('argument is a promise: await it first', () => page.locator('#name').fill(page.title()));
	  await says('look-around', () => page.getByText(/(?=x)/).click());
	  await says('contains itself', () => { const a = []; a.push(a); return page.evaluate((x) => x, a); });
	  await says('in the page', () => page.evaluate(() => { throw new Error('in the page'); }));
	  await says('built-in or bound', () => page.evaluate(Math.max));
	  same(page.nonsense, undefined, 'nonsense');
	  const opened = page.waitForEvent('dialog');
	  const asked = page.click('#ask');
	  const open = await opened;
	  const dialog = '; a dialog is open (confirm: "Sure?"), and the page waits for its answer: call accept() or dismiss()';
	  await says(dialog, () => page.locator('#name').fill('x', { timeout: 500 }));
	  await says(dialog, () => page.waitForFunction(() => false, null, { timeout: 300 }));
	  await says(dialog, () => page.waitForEvent('download', { timeout: 300 }));
	  const other = await failure(() => page.locator('#name').fill(7));
	  same(other.includes('dialog'), false, other);
	  await open.accept();
	  await asked;
	  same((await failure(() => page.click('#nope', { timeout: 50 }))).includes('dialog'), false, 'answered');`,
}

// TestErrors: what comes out of an iteration.
func TestErrors(t *testing.T) {
	r := theRig
	session := r.session(t)
	url := r.site(t)
	tests := []struct{ name, body, want, class string }{
		{"position", "await page.goto(url + '/kit');\n await page.click('#nope', { timeout: 50 });", "test.js:8:13: page.click", "page.click timeout"},
		{"a listener throws", "page.on('request', () => { null.x; });\n await page.goto(url + '/kit'); await sleep(5000);", "test.js:7", "script error"},
		{"a handler rejects", "await page.route('**/data', async () => { throw new Error('mine'); });\n await page.goto(url + '/kit'); await page.click('#load'); await sleep(3000);", "test.js:7", "script error"},
		{"a predicate throws", "const p = page.waitForEvent('request', () => { throw new Error('mine'); });\n await page.goto(url + '/kit'); await p;", "test.js:7", "script error"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := r.person(t, session, test.body, map[string]any{"url": url})
			err := p.iterate(t.Context())
			var e *scripterr.Error
			if !errors.As(err, &e) || !strings.Contains(e.Error(), test.want) || e.FailureClass() != test.class {
				t.Fatalf("error = %v, want %q", err, test.want)
			}
		})
	}
}

// TestIterations: what an iteration sets up ends with it, and its end is not put off by what it awaits.
func TestIterations(t *testing.T) {
	r := theRig
	session := r.session(t)
	url := r.site(t)
	p := r.person(t, session, `
	  await page.goto(url + '/kit');
	  if (user.iteration === 1) {
	    user.assigns.events = 0;
	    page.on('request', () => { user.assigns.events++; });
	    await page.route('**/data', (route) => route.fulfill({ json: { from: 'script' } }));
	  }
	  await page.exposeFunction('number', () => user.iteration);
	  same(await page.evaluate(() => window.number()), user.iteration, 'iteration');
	  const before = user.assigns.events;
	  await page.click('#load');
	  await page.waitForFunction((from) => document.title === from, user.iteration === 1 ? 'script' : 'server');
	  same(user.assigns.events > before, user.iteration === 1, 'events');`, map[string]any{"url": url})
	for range 3 {
		if err := p.iterate(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for name, body := range map[string]string{
		"event":   "await page.waitForEvent('popup');",
		"locator": "await page.locator('#nope').waitFor({ timeout: 0 });",
		"page":    "await page.evaluate(() => new Promise(() => {}));",
		"route":   "await page.route('**/*', () => new Promise(() => {})); await page.goto(url + '/data');",
	} {
		t.Run(name, func(t *testing.T) {
			p := r.person(t, session, body, map[string]any{"url": url})
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			defer cancel()
			begun := time.Now()
			if err := p.iterate(ctx); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("error = %v", err)
			}
			if took := time.Since(begun); took > 10*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}

// TestFirstUse: the page opens by itself, and again after a script has closed it.
func TestFirstUse(t *testing.T) {
	r := theRig
	p := r.person(t, r.session(t), `
	  same(page.url(), 'about:blank', 'url');
	  await page.close();
	  same(user.page === page, false, 'page');
	  same(user.page.url(), 'about:blank', 'url');`, map[string]any{})
	if err := p.iterate(t.Context()); err != nil {
		t.Fatal(err)
	}
}
