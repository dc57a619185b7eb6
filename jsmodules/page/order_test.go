package page_test

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/browserpool/browsertest"
)

// orderRounds is how often each kind of subscription is followed at once by the operation that causes its event. By hand:
// go test ./jsmodules/page -run TestOrder -order-rounds 200
var orderRounds = flag.Int("order-rounds", 3, "rounds of each kind of subscription in TestOrder")

// causes is a page whose buttons cause events, each a moment after the click.
const causes = `<!doctype html><title>causes</title>
<style>button { display: block }</style>
<input id=filechooser type=file aria-label=File>
<script>
const on = (id, fn) => {
  const button = document.createElement('button');
  button.id = button.textContent = id;
  button.onclick = fn;
  document.body.append(button);
};
const live = () => new WebSocket('ws://' + location.host + '/live/websocket?vsn=2.0.0');
let socket, tap = 0;
document.addEventListener('DOMContentLoaded', () => {
  on('dialog', () => confirm('?'));
  on('request', () => fetch('/data?' + ++tap));
  on('failing', () => fetch('/cut').catch(() => {}));
  on('popup', () => open('/inner'));
  on('download', () => { location.href = '/report?' + ++tap; }); // Chromium ignores a navigation that repeats one under way
  on('console', () => console.log('said'));
  on('pageerror', () => { throw new Error('thrown'); });
  on('websocket', () => { socket?.close(); socket = live(); });
  on('frame', () => socket.send('[null,"1","phoenix","heartbeat",{}]'));
  on('hash', () => { location.hash = ++tap; });
  on('attach', () => document.body.append(document.createElement('iframe')));
  on('detach', () => { const f = document.createElement('iframe'); document.body.append(f); f.remove(); });
  on('worker', () => (window.w?.terminate(), window.w = new Worker('/worker.js')));
  on('exposed', () => { document.title = typeof exposed; });
  on('reload', () => { location.reload(); });
});
</script>`

func causesSite(t *testing.T) string {
	mux := http.NewServeMux()
	page := func(path, kind, body string) {
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			io.WriteString(w, body)
		})
	}
	page("/causes", "text/html", causes)
	page("/inner", "text/html", "<!doctype html>")
	page("/data", "application/json", `"server"`)
	page("/worker.js", "text/javascript", "setInterval(() => {}, 5)")
	mux.HandleFunc("/report", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Disposition", "attachment; filename=report.txt")
		io.WriteString(w, "numbers")
	})
	mux.HandleFunc("/cut", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	_, url := browsertest.Demo(t, mux)
	return url
}

// waitsFor subscribes with a promise and causes the event in the same breath.
func waitsFor(subscription, cause string) string {
	return fmt.Sprintf("const [event] = await Promise.all([%s, user.click('#%s')]);", subscription, cause)
}

// orders are rounds of subscriptions; what one throws, or leaves out, is a miss.
var orders = map[string]string{
	"filechooser":     waitsFor("page.waitForEvent('filechooser', wait)", "filechooser"),
	"request":         waitsFor("page.waitForEvent('request', wait)", "request"),
	"waitForRequest":  waitsFor("page.waitForRequest('**/data?*', wait)", "request") + "await (await event.response()).finished();",
	"response":        waitsFor("page.waitForEvent('response', wait)", "request"),
	"waitForResponse": waitsFor("page.waitForResponse(/data/, wait)", "request"),
	"requestfinished": waitsFor("page.waitForEvent('requestfinished', wait)", "request"),
	"requestfailed":   waitsFor("page.waitForEvent('requestfailed', wait)", "failing"),
	"popup":           waitsFor("page.waitForEvent('popup', wait)", "popup") + "await event.close();",
	"page of context": waitsFor("context.waitForEvent('page', wait)", "popup") + "await event.close();",
	"download":        waitsFor("page.waitForEvent('download', wait)", "download") + "await event.delete();",
	"console":         waitsFor("page.waitForEvent('console', wait)", "console"),
	"pageerror":       waitsFor("page.waitForEvent('pageerror', wait)", "pageerror"),
	"weberror":        waitsFor("context.waitForEvent('weberror', wait)", "pageerror"),
	"websocket":       waitsFor("page.waitForEvent('websocket', wait)", "websocket"),
	"websocket frames": `
	  const [socket] = await Promise.all([page.waitForEvent('websocket', wait), user.click('#websocket')]);
	  await user.waitForFunction(() => socket.readyState === 1);
	  await Promise.all([socket.waitForEvent('framesent', wait), socket.waitForEvent('framereceived', wait), user.click('#frame')]);
	  await Promise.all([socket.waitForEvent('close', wait), user.evaluate(() => socket.close())]);`,
	"framenavigated":   waitsFor("page.waitForEvent('framenavigated', wait)", "hash"),
	"frameattached":    waitsFor("page.waitForEvent('frameattached', wait)", "attach"),
	"framedetached":    waitsFor("page.waitForEvent('framedetached', wait)", "detach"),
	"worker":           waitsFor("page.waitForEvent('worker', wait)", "worker"),
	"load":             waitsFor("page.waitForEvent('load', wait)", "reload"),
	"domcontentloaded": waitsFor("page.waitForEvent('domcontentloaded', wait)", "reload") + "await page.waitForLoadState();",
	"dialog": `
	  let answered = false;
	  const answer = async (dialog) => { answered = true; await dialog.accept(); };
	  page.once('dialog', answer);
	  await user.click('#dialog');
	  page.off('dialog', answer);
	  if (!answered) throw new Error('no dialog');`,
	"dialog of context": `
	  let answered = false;
	  const answer = async (dialog) => { answered = true; await dialog.accept(); };
	  context.on('dialog', answer);
	  await user.click('#dialog');
	  context.off('dialog', answer);
	  if (!answered) throw new Error('no dialog');`,
	"request of context": waitsFor("context.waitForEvent('request', wait)", "request"),
	"console of context": waitsFor("context.waitForEvent('console', wait)", "console"),
	"request, then evaluate": `
	  await Promise.all([page.waitForRequest('**/data?*', wait), user.evaluate(() => { fetch('/data?evaluated'); })]);`,
	"request, then navigate": `
	  await Promise.all([page.waitForRequest('**/causes', wait), user.navigate(url + '/causes')]);`,
	"route": `
	  let routed = 0;
	  const handler = (route) => { routed++; return route.fulfill({ json: 'script' }); };
	  await Promise.all([page.route('**/data?*', handler), page.waitForResponse('**/data?*', wait), user.click('#request')]);
	  await page.unroute('**/data?*', handler);
	  if (routed !== 1) throw new Error('routed ' + routed);`,
	"unroute": `
	  let routed = 0;
	  await page.route('**/data?*', (route) => { routed++; return route.continue(); });
	  await Promise.all([page.unroute('**/data?*'), page.waitForResponse('**/data?*', wait), user.click('#request')]);
	  if (routed !== 0) throw new Error('routed ' + routed);`,
	"route of context": `
	  let routed = 0;
	  const handler = (route) => { routed++; return route.fulfill({ json: 'script' }); };
	  await Promise.all([context.route('**/data?*', handler), page.waitForResponse('**/data?*', wait), user.click('#request')]);
	  await context.unroute('**/data?*', handler);
	  if (routed !== 1) throw new Error('routed ' + routed);`,
	"setExtraHTTPHeaders": `
	  const value = String(Math.random());
	  const [request] = await Promise.all([
	    page.waitForRequest('**/data?*', wait), page.setExtraHTTPHeaders({ 'x-first': value }), user.click('#request')]);
	  if (await request.headerValue('x-first') !== value) throw new Error('no header');`,
	"exposeFunction": `
	  const other = await context.newPage();
	  await other.close();
	  const name = 'f' + Math.random().toString(36).slice(2);
	  const [, type] = await Promise.all([page.exposeFunction(name, () => 1), user.evaluate((name) => typeof window[name], name)]);
	  if (type !== 'function') throw new Error('it is ' + type);`,
	"addInitScript": `
	  const value = Math.random();
	  await Promise.all([page.addInitScript((v) => { window.early = v; }, value), user.reload()]);
	  if (await user.evaluate(() => window.early) !== value) throw new Error('it did not run');`,
	"addCookies": `
	  const value = String(Math.random());
	  await Promise.all([context.addCookies([{ name: 'c', value, url }]), user.reload()]);
	  if (!(await user.evaluate(() => document.cookie)).includes(value)) throw new Error('no cookie');`,
}

// TestOrder: an operation that begins after a subscription never comes before it, though they go to the browser on
// different ways.
func TestOrder(t *testing.T) {
	session, url := theRig.session(t), causesSite(t)
	for name, round := range orders {
		t.Run(name, func(t *testing.T) {
			p := theRig.person(t, session, fmt.Sprintf(`
	const wait = { timeout: 10000 };
	const missed = [];
	await user.navigate(url + '/causes').waitForSelector('#reload');
	for (let n = 0; n < %d; n++) {
	  try { %s } catch (e) { missed.push(e.message); }
	}
	if (missed.length) throw new Error('missed ' + missed.length + ' of %[1]d: ' + missed[0]);`, *orderRounds, strings.TrimSpace(round)), map[string]any{"url": url})
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Minute)
			defer cancel()
			if err := p.iterate(ctx); err != nil {
				t.Error(err)
			}
		})
	}
}
