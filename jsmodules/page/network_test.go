package page_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/browserpool/browsertest"
	"github.com/liveload/liveload/browserpool/playwright"
	"github.com/liveload/liveload/js/scripterr"
)

// networkScripts are about requests, routes, sockets and waits; they run in TestPlaywright.
var networkScripts = map[string]string{
	"routes one after the other": `
	  const seen = [];
	  await context.route('**/echo', async (route) => { seen.push('context'); await route.fallback(); });
	  await page.route('**/echo', (route) => { seen.push('first'); return route.fallback({ headers: { ...route.request().headers(), 'x-first': '1' } }); });
	  await page.route(/echo/, async (route) => { await sleep(1); seen.push('second'); route.fallback(); }, { times: 1 });
	  const echo = () => page.evaluate(() => fetch('/echo').then((r) => r.json()));
	  same((await echo()).first, '1', 'header');
	  same(seen, ['second', 'first', 'context'], 'order');
	  seen.length = 0;
	  await echo();
	  same(seen, ['first', 'context'], 'times');
	  await page.unrouteAll({ behavior: 'wait' });
	  seen.length = 0;
	  same((await echo()).first, '', 'no header');
	  same(seen, ['context'], 'the rest');`,
	"unroute": `
	  const seen = [];
	  const a = (route) => { seen.push('a'); return route.continue(); };
	  const b = (route) => { seen.push('b'); return route.fallback(); };
	  await page.route('**/data', a);
	  await page.route('**/data', b);
	  await page.click('#load');
	  await page.waitForFunction(() => document.title === 'server');
	  await page.unroute('**/data', b);
	  await page.evaluate(() => fetch('/data').then((r) => r.text()));
	  await page.unroute('**/data');
	  await page.evaluate(() => fetch('/data').then((r) => r.text()));
	  same(seen, ['b', 'a', 'a'], 'seen');`,
	"continue with changes": `
	  let request, failure;
	  await page.route('**/echo', async (route) => {
	    request = route.request();
	    await route.continue({ method: 'POST', postData: { a: 1 } });
	    try { await route.abort(); } catch (e) { failure = e.message; }
	  });
	  const response = page.waitForResponse('**/echo');
	  await page.evaluate(() => fetch('/echo').then((r) => r.text()).catch(() => {}));
	  same((await (await response).json()).method, 'POST', 'method');
	  same(request.method(), 'POST', 'method of the request');
	  same(request.postDataJSON(), { a: 1 }, 'body of the request');
	  same((await request.allHeaders())['user-agent'] !== undefined, true, 'headers');
	  same(await (await request.response()).finished(), null, 'finished');
	  while (!failure) await sleep(5);
	  same(failure.includes('already handled'), true, failure);`,
	"a route that is answered after its handler": `
	  await page.route('**/data', (route) => { setTimeout(() => route.fulfill({ json: { from: 'later' } }), 20); });
	  await page.click('#load');
	  await page.waitForFunction(() => document.title === 'later');`,
	"failures": `
	  let wrong = '';
	  await page.route('**/data', async (route) => {
	    try { await route.abort('conectionrefused'); } catch (e) { wrong = e.message; }
	    await route.abort('connectionrefused');
	  });
	  const failed = page.waitForEvent('requestfailed');
	  await page.evaluate(() => fetch('/data').catch(() => {}));
	  same((await failed).failure(), { errorText: 'net::ERR_CONNECTION_REFUSED' }, 'failure');
	  same(wrong.includes('there is no error code "conectionrefused": did you mean "'), true, wrong);
	  await page.unrouteAll();
	  const other = page.waitForEvent('requestfailed', (r) => r.url() === 'http://127.0.0.1:1/');
	  await page.evaluate(() => fetch('http://127.0.0.1:1/').catch(() => {}));
	  same((await other).failure().errorText.startsWith('net::'), true, 'failure without a route');`,
	"context routes and new pages": `
	  await context.route('**/inner', (route) => route.fulfill({ body: '<p>mine', contentType: 'text/html' }));
	  const other = await context.newPage();
	  await other.goto(url + '/inner');
	  same(await other.textContent('p'), 'mine', 'text');`,
	"timing": `
	  const [done] = await Promise.all([
	    page.waitForEvent('requestfinished', (r) => r.url().endsWith('/data')),
	    page.evaluate(() => fetch('/data').then((r) => r.text())),
	  ]);
	  const timing = done.timing();
	  same(timing.startTime > 0 && timing.responseEnd >= timing.requestStart, true, 'timing');
	  let early = '';
	  page.once('request', (r) => { try { r.timing(); } catch (e) { early = e.message; } });
	  const response = page.waitForResponse('**/data');
	  await page.evaluate(() => fetch('/data').then((r) => r.text()));
	  same(early.includes('known when the request is finished'), true, 'early: ' + early);
	  await (await response).finished();
	  same((await response).request().timing().responseEnd > 0, true, 'after finished');`,
	"websocket": `
	  const frames = [];
	  const [socket] = await Promise.all([page.waitForEvent('websocket'), page.goto(url + '/counter')]);
	  socket.on('framereceived', (frame) => { frames.push(frame.payload); });
	  await user.waitForLiveView();
	  const sent = socket.waitForEvent('framesent', (frame) => frame.payload.includes('inc'));
	  const received = socket.waitForEvent('framereceived', (frame) => frame.payload.includes('phx_reply'));
	  await page.click('#inc');
	  await user.waitForText('#count', '1');
	  await Promise.all([sent, received]);
	  same(frames.some((text) => text.includes('phx_reply')), true, 'frames');
	  same([socket.url().startsWith('ws://'), socket.isClosed()], [true, false], 'socket');
	  const never = socket.waitForEvent('framereceived', () => false).catch((e) => e.message);
	  await Promise.all([socket.waitForEvent('close'), page.goto('about:blank')]);
	  same((await never).includes('it was closed while waiting'), true, 'wait on a closed socket');
	  same(socket.isClosed(), true, 'closed');`,
	"several waits at once": `
	  const all = Promise.all([page.waitForURL('**/inner'), page.waitForURL(/inner$/), page.waitForURL(url + '/inner', { waitUntil: 'commit' })]);
	  await page.evaluate(() => { location.href = '/inner'; });
	  await all;
	  await Promise.all([page.waitForLoadState(), page.waitForLoadState('domcontentloaded'), page.mainFrame().waitForLoadState('networkidle')]);
	  same(page.url(), url + '/inner', 'url');`,
	"frames in frames": `
	  await page.goto(url + '/nest');
	  const outer = page.mainFrame().childFrames()[0];
	  await outer.waitForSelector('iframe', { state: 'attached' });
	  const inner = page.frameLocator('[name=outer]').frameLocator('[name=inner]');
	  await inner.getByRole('button', { name: 'deep' }).click();
	  same(await inner.locator('#deep').textContent(), 'pressed', 'text');
	  same(outer.childFrames().map((f) => f.name()), ['inner'], 'children');
	  same([outer.isDetached(), page.frames().length], [false, 3], 'there');
	  await page.evaluate(() => document.querySelector('iframe').remove());
	  await page.waitForFunction(() => frames.length === 0);
	  same([outer.isDetached(), page.frames().length], [true, 1], 'gone');`,
	"handles": `
	  const found = await page.waitForFunction(() => document.querySelector('#name'));
	  same(await found.getAttribute('id'), 'name', 'element that was waited for');
	  same(await (await page.waitForFunction("document.querySelector('.item')")).innerText(), 'one', 'by an expression');
	  same(await (await page.waitForFunction((n) => n + 1, 1)).jsonValue(), 2, 'value');
	  same(await (await page.waitForFunction(([a, b]) => a.n + b, [{ n: 1 }, 2])).jsonValue(), 3, 'a list');
	  await user.waitForFunction(() => document.querySelector('#name'));
	  const item = await (await page.evaluateHandle(() => window)).evaluateHandle((w, s) => w.document.querySelector(s), '.item');
	  same(await item.innerText(), 'one', 'element of a handle');
	  const list = await page.evaluateHandle(() => [document.body, { a: 1 }]);
	  const body = await list.getProperty('0');
	  same(await body.asElement() !== null, true, 'element');
	  same((await list.getProperty('1')).asElement(), null, 'no element');
	  same([...(await list.getProperties()).keys()].sort(), ['0', '1'], 'properties');
	  const frame = await (await page.$('iframe')).contentFrame();
	  same(frame === page.frame('inner'), true, 'content frame');
	  same(await (await frame.$('#deep')).ownerFrame() === frame, true, 'owner frame');
	  await list.dispose();
	  let failure = '';
	  try { await list.jsonValue(); } catch (e) { failure = e.message; }
	  same(failure !== '', true, 'disposed');`,
}

// TestTouch: a touchscreen, which only some contexts have.
func TestTouch(t *testing.T) {
	r := theRig
	session, _ := r.Open(t, browserpool.SessionOptions{Context: map[string]any{"hasTouch": true}})
	p := r.person(t, session, `
	  await page.goto(url + '/kit');
	  const box = await page.locator('#load').boundingBox();
	  await page.touchscreen.tap(box.x + 3, box.y + 3);
	  await page.waitForFunction(() => document.title === 'server');`, map[string]any{"url": r.site(t)})
	if err := p.iterate(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// TestLeftOver: what an iteration leaves open does not stand in the way of the next one.
func TestLeftOver(t *testing.T) {
	r := theRig
	p := r.person(t, r.session(t), `
	  same(context.pages().length, 1, 'pages');
	  await page.goto(url + '/kit');
	  await page.route('**/data', () => new Promise(() => {}));
	  await context.newPage();
	  page.on('dialog', () => {});
	  const asked = page.waitForEvent('dialog');
	  await page.evaluate(() => { setTimeout(() => confirm('left open')); });
	  await asked;
	  user.assigns.asked = true;`, map[string]any{"url": r.site(t)})
	for range 2 {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
		defer cancel()
		if err := p.iterate(ctx); err != nil {
			t.Fatal(err)
		}
	}
}

// TestLostBrowser: a browser that is gone ends the calls that wait for it, as such.
func TestLostBrowser(t *testing.T) {
	theRig.Browser(t) // two drivers are not started at once
	r := &rig{browsertest.New(playwright.NewLauncher)}
	t.Cleanup(r.Close)
	for name, body := range map[string]string{
		"call":  "await page.evaluate(() => new Promise(() => {}));",
		"event": "await page.waitForEvent('popup');",
		"route": "await page.route('**/*', () => new Promise(() => {})); await page.goto(url + '/kit');",
	} {
		t.Run(name, func(t *testing.T) {
			session := r.session(t)
			began := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { r.Browser(t).Kill() }))
			defer began.Close()
			tell := fmt.Sprintf("await page.goto(url + '/kit'); await page.evaluate(() => { fetch(%q, { mode: 'no-cors' }); }); ", began.URL)
			p := r.person(t, session, tell+body, map[string]any{"url": r.site(t)})
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			err := p.iterate(ctx)
			var e *scripterr.Error
			if !errors.As(err, &e) || e.FailureClass() != "browser lost" || !strings.Contains(err.Error(), "test.js:7") {
				t.Errorf("error = %v", err)
			}
			if ctx.Err() != nil {
				t.Error("the iteration took all of its time")
			}
			if err := r.Relaunch(t.Context()); err != nil {
				t.Fatal(err)
			}
		})
	}
}
