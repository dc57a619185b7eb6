package telemetry_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/coder/websocket"

	"github.com/liveload/liveload/metrics"
)

// echo is a WebSocket that sends back what it gets.
func echo(w http.ResponseWriter, r *http.Request) {
	ws, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	defer func() { _ = ws.CloseNow() }()
	for {
		kind, data, err := ws.Read(r.Context())
		if err != nil || ws.Write(r.Context(), kind, data) != nil {
			return
		}
	}
}

// TestPagesSeeNoDifference asks for everything that a page may look at in what we stand before. Each
// expression must give true, as it does in a page without us.
func TestPagesSeeNoDifference(t *testing.T) {
	for _, tt := range []struct{ name, js string }{
		{"WebSocket constants", `WebSocket.OPEN === 1 && Object.hasOwn(WebSocket, 'CLOSED') && WebSocket.prototype.CLOSING === 2`},
		{"WebSocket's name, length, text", `WebSocket.name === 'WebSocket' && WebSocket.length === 1 && /\[native code\]/.test(WebSocket)`},
		{"WebSocket's own properties", `Object.getOwnPropertyDescriptor(window, 'WebSocket').enumerable === false && Object.hasOwn(WebSocket.prototype, 'onmessage') && Object.hasOwn(WebSocket.prototype, 'send')`},
		{"a socket's class", `(() => { const s = new WebSocket(url); s.close(); return s instanceof WebSocket && s.constructor === WebSocket && Object.getPrototypeOf(s) === WebSocket.prototype && String(s) === '[object WebSocket]' && s.binaryType === 'blob' })()`},
		{"a subclass of WebSocket", `(() => { class Mine extends WebSocket { hi() { return 1 } } const s = new Mine(url); s.close(); return s instanceof Mine && s.hi() === 1 && s.constructor === Mine })()`},
		{"a bad address of a WebSocket", `(() => { try { new WebSocket('http://[') } catch (e) { return e instanceof DOMException && e.name === 'SyntaxError' } })()`},
		{"WebSocket without new", `(() => { try { WebSocket(url) } catch (e) { return e instanceof TypeError } })()`},
		{"sending too early", `(() => { const s = new WebSocket(url); try { s.send('x') } catch (e) { s.close(); return e.name === 'InvalidStateError' } })()`},
		{"sending on something else", `(() => { try { WebSocket.prototype.send.call({}, 'x') } catch (e) { return e instanceof TypeError } })()`},
		{"texts and bytes of a WebSocket", `new Promise((done) => { const s = new WebSocket(url); const got = []; s.binaryType = 'arraybuffer'; s.onopen = () => { s.send('é'); s.send(new Uint8Array([1, 2])) }; s.onmessage = (e) => { got.push(e.data); if (got.length === 2) { s.close(); done(got[0] === 'é' && got[1].byteLength === 2) } } })`},
		{"send and open look like their own", `WebSocket.prototype.send.name === 'send' && WebSocket.prototype.send.length === 1 && XMLHttpRequest.prototype.open.length === 2 && /native code/.test(XMLHttpRequest.prototype.send)`},
		{"fetch looks like its own", `fetch.name === 'fetch' && fetch.length === 1 && /native code/.test(fetch) && Object.getOwnPropertyDescriptor(window, 'fetch').enumerable`},
		{"fetch is no constructor", `(() => { try { new fetch('/') } catch (e) { return e instanceof TypeError } })()`},
		{"fetch on its own", `(async () => { const f = fetch; return (await f('/')).ok })()`},
		{"fetch of a Request", `(async () => (await fetch(new Request('/body', { method: 'POST', body: 'hello' }))).text().then((t) => t === 'hello'))()`},
		{"fetch on something else", `(async () => { try { await fetch.call({}, '/') } catch (e) { return e instanceof TypeError } })()`},
		{"fetch aborted", `(async () => { const c = new AbortController(); const p = fetch('/hang', { signal: c.signal }); c.abort('mine'); try { await p } catch (e) { return e === 'mine' } })()`},
		{"fetch streams", `(async () => { const r = (await fetch('/stream')).body.getReader(); const first = await r.read(); r.cancel(); return new TextDecoder().decode(first.value) === 'first' })()`},
		{"a fetch that nobody catches is told", `new Promise((done) => { addEventListener('unhandledrejection', (e) => { e.preventDefault(); done(e.reason instanceof TypeError) }, { once: true }); fetch('http://127.0.0.1:1/') })`},
		{"XMLHttpRequest's class", `new XMLHttpRequest().constructor === XMLHttpRequest && XMLHttpRequest.DONE === 4 && XMLHttpRequest.name === 'XMLHttpRequest'`},
		{"a synchronous request", `(() => { const x = new XMLHttpRequest(); x.open('GET', '/', false); x.send(); return x.status === 200 })()`},
		{"a request with JSON", `new Promise((done) => { const x = new XMLHttpRequest(); x.responseType = 'json'; x.open('POST', '/body'); x.onload = () => done(x.response.a === 1); x.send('{"a":1}') })`},
		{"sending before opening", `(() => { try { new XMLHttpRequest().send() } catch (e) { return e.name === 'InvalidStateError' } })()`},
		{"a request used twice", `new Promise((done) => { const x = new XMLHttpRequest(); x.open('GET', '/hang'); x.send(); x.open('GET', '/'); x.onload = () => done(x.status === 200); x.send() })`},
		{"sendBeacon", `navigator.sendBeacon('/body', 'x') === true && navigator.sendBeacon.name === 'sendBeacon'`},
		{"console.error of what has no text", `(() => { console.error(Object.create(null)); console.error({ get message() { throw 1 } }); console.error(Symbol('x')); return console.error.name === 'error' })()`},
		{"no names of ours that show", `!Object.keys(window).some((name) => /telemetry/i.test(name))`},
		{"arrays that write themselves", `(() => { Array.prototype.toJSON = () => 'broken'; return true })()`},
		{"functions that the page replaces", `(() => { window.setTimeout = window.JSON = Map.prototype.forEach = Array.prototype.map = Array.prototype.push = () => { throw new Error('mine') }; return true })()`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			u := site(t, map[string]http.HandlerFunc{
				"/ws": echo, "/hang": hang, "/stream": stream,
				"POST /body": func(w http.ResponseWriter, r *http.Request) {
					_, _ = w.Write(readAll(r))
				},
			})
			v := visit(t)
			v.open(u + "/")
			if got := v.eval("(url) => { globalThis.url = url; return "+tt.js+" }", "ws"+u[len("http"):]+"/ws"); got != true {
				t.Errorf("%s = %v, want true", tt.js, got)
			}
			// Telemetry itself must have survived it.
			v.eval(`() => { window.dispatchEvent(new CustomEvent('phx:navigate', { detail: { patch: true } })) }`, nil)
			v.leave()
			if n := v.recorded.Count(scenario, metrics.LiveViewNavigations, "patch"); n != 1 {
				t.Errorf("navigations = %d afterwards, want 1", n)
			}
			if lost := v.recorded.Labels(scenario, metrics.SamplesDropped); len(lost) != 0 {
				t.Errorf("dropped samples: %v", lost)
			}
			if errors := v.recorded.Labels(scenario, metrics.BrowserJSErrors); len(errors) != 0 && tt.name != "a fetch that nobody catches is told" {
				t.Errorf("errors of the page: %v", errors)
			}
		})
	}
}

// TestDocumentsOfAllKinds: a document counts once, and what happens in it counts.
func TestDocumentsOfAllKinds(t *testing.T) {
	const shout = `<script>window.dispatchEvent(new CustomEvent('phx:navigate', { detail: { patch: true } }))</script>`
	for _, tt := range []struct {
		name, page        string
		documents, shouts int64
	}{
		{"a page", shout, 1, 1},
		{"a frame", `<iframe src=/inner></iframe>`, 2, 1},
		{"a frame that may not run scripts", `<iframe sandbox src=/inner></iframe>`, 2, 0},
		{"a sandboxed frame", `<iframe sandbox=allow-scripts src=/inner></iframe>`, 2, 1},
		{"an empty frame that is written to", `<iframe id=f></iframe><script>f.contentDocument.write("` + `<script>setTimeout(() => window.dispatchEvent(new CustomEvent('phx:navigate', { detail: { patch: true } })))</` + `" + "script>"); f.contentDocument.close()</script>`, 1, 1},
		{"a frame of text", `<iframe srcdoc="<script>window.dispatchEvent(new CustomEvent('phx:navigate', { detail: { patch: true } }))</script>"></iframe>`, 1, 1},
		{"a document opened anew", `<script>onload = () => { document.open(); document.write('<p id=new>new</p>'); document.close(); window.dispatchEvent(new CustomEvent('phx:navigate', { detail: { patch: true } })) }</script>`, 1, 1},
		{"a strict policy", `<p>strict</p>`, 1, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			u := site(t, map[string]http.HandlerFunc{
				"/page": func(w http.ResponseWriter, r *http.Request) {
					if tt.name == "a strict policy" {
						w.Header().Set("Content-Security-Policy", "default-src 'none'; require-trusted-types-for 'script'; sandbox allow-scripts")
					}
					html(tt.page)(w, r)
				},
				"/inner": html(shout),
			})
			v := visit(t)
			v.open(u + "/page")
			v.leave()
			if n := v.recorded.Labels(scenario, metrics.HTTPRequestDuration)["document"]; n != tt.documents {
				t.Errorf("documents = %d, want %d; requests %v", n, tt.documents, v.recorded.Labels(scenario, metrics.HTTPRequests))
			}
			if n := v.recorded.Count(scenario, metrics.LiveViewNavigations, "patch"); n != tt.shouts {
				t.Errorf("navigations = %d, want %d", n, tt.shouts)
			}
			for _, m := range []*metrics.Metric{metrics.SamplesDropped, metrics.BrowserJSErrors} {
				if labels := v.recorded.Labels(scenario, m); len(labels) != 0 {
					t.Errorf("%s = %v", m.Name, labels)
				}
			}
		})
	}
}

// hang answers nothing until its client gives up, which the server sees once the body is read.
func hang(_ http.ResponseWriter, r *http.Request) {
	readAll(r)
	<-r.Context().Done()
}

func stream(w http.ResponseWriter, r *http.Request) {
	fmt.Fprint(w, "first")
	w.(http.Flusher).Flush()
	<-r.Context().Done()
}
