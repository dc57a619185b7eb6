package telemetry_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
)

// inputsPage sends what LiveView would, and keeps for each event between which times it was sent.
const inputsPage = `<button id=busy>busy</button> <button id=later phx-click=later><b id=inside>later</b></button> <button id=polled phx-click='[["push",{"event":"polled"}]]'>polled</button>
	<button id=moved phx-click=moved>moved</button> <button id=hooked>hooked</button> <form phx-change=field><input id=field></form>
	<script>
		const sent = {};
		const socket = new WebSocket("ws://" + location.host + "/ws");
		const opened = new Promise((done) => socket.onopen = done);
		for (const join of ["0", "1"]) opened.then(() => socket.send(JSON.stringify([join, join, "lv:a", "phx_join", { url: location.href }])));
		const message = (name, type) => JSON.stringify(["1", null, "lv:a", "event", { type, event: name, value: {} }]);
		const say = (name, type, sources, send = () => socket.send(message(name, type))) => {
			const since = performance.now();
			send();
			const until = performance.now();
			for (const e of sources) (sent[name] ||= []).push([since - e.timeStamp, until - e.timeStamp]);
		};
		busy.onclick = (e) => {
			for (const end = performance.now() + 60; performance.now() < end;);
			say("busy", "click", [e]);
		};
		hooked.onclick = (e) => say("hooked", "hook", [e]);
		const debounced = (target, on, name, type) => {
			let waits;
			target["on" + on] = (e) => {
				clearTimeout(waits);
				waits = setTimeout(() => say(name, type, [e]), 150);
			};
		};
		debounced(later, "click", "later", "click");
		debounced(field, "input", "field", "form");
		moved.onclick = (e) => setTimeout(() => { // the end of the view before is told meanwhile
			socket.dispatchEvent(new MessageEvent("message", { data: '["0","0","lv:a","phx_close",{}]' }));
			say("moved", "click", [e]);
		});
		const clicks = [];
		polled.onclick = (e) => {
			if (clicks.push(e) < 3) return;
			setTimeout(() => say("polled", "click", clicks, () => {
				const poll = new XMLHttpRequest();
				poll.open("POST", "/live/longpoll?vsn=2.0.0");
				poll.send(clicks.map(() => message("polled", "click")).join("\n"));
			}), 20);
		};
	</script>`

// TestEventWait: how long an input waits until its event is sent, also after a debounce and with others in a long poll.
func TestEventWait(t *testing.T) {
	u := site(t, map[string]http.HandlerFunc{"/ws": echo, "/inputs": html(inputsPage)})
	v := visit(t)
	v.open(u + "/inputs")
	v.eval(`() => opened`, nil)
	click := func(selectors ...string) {
		t.Helper()
		for _, selector := range selectors {
			if err := v.Click(v.ctx, selector); err != nil {
				t.Fatal(err)
			}
		}
	}
	click("#moved")
	v.eval(`() => new Promise((done) => setInterval(() => sent.moved && done(), 10))`, nil)
	click("#busy", "#hooked", "#later", "#inside")
	if err := v.Type(v.ctx, "#field", "abc"); err != nil {
		t.Fatal(err)
	}
	click("#polled", "#polled", "#polled")
	v.eval(`() => new Promise((done) => setInterval(() => { if (sent.later && sent.field && sent.polled) done() }, 10))`, nil)
	v.eval(`() => say("nothing", "click", [])`, nil) // no input caused it
	v.eval(`() => { setTimeout(() => say("unused", "keyup", [])); socket.close() }`, nil)
	var truth map[string][][2]float64 // the least and the longest that each can have waited, in milliseconds
	v.read(`() => sent`, &truth)
	v.leave()

	for name, n := range map[string]uint64{"moved": 1, "busy": 1, "hooked": 1, "later": 1, "field": 1, "polled": 3} {
		var least, most float64
		for _, one := range truth[name] {
			least, most = least+one[0], most+one[1]
		}
		s := v.recorded.Sketch(scenario, metrics.LiveViewEventWait, name)
		if ms := s.Sum() / 1000; uint64(s.Count()) != n || ms < least-0.01 || ms > most+0.01 {
			t.Errorf("%s: %v waits of %.3f ms together, want %d of %.3f to %.3f ms", name, s.Count(), ms, n, least, most)
		}
	}
	if s := v.recorded.Sketch(scenario, metrics.LiveViewEventWait, "busy"); s.Min() < 60_000 {
		t.Errorf("the page was busy for 60 ms, the event waited %.0f us", s.Min())
	}
	if s := v.recorded.Sketch(scenario, metrics.LiveViewEventWait, "field"); s.Min() < 149_000 { // the clock goes in steps
		t.Errorf("the debounce is 150 ms, the event waited %.0f us", s.Min())
	}
	for _, name := range []string{"nothing", "unused"} {
		if n := v.recorded.Labels(scenario, metrics.LiveViewEventWait)[name]; n != 0 {
			t.Errorf("%s has %d waits, but nobody caused it", name, n)
		}
	}
}

// read decodes what a JavaScript function in the page gives.
func (v *visitor) read(fn string, into any) {
	v.t.Helper()
	text := v.eval("async () => JSON.stringify(await ("+fn+")())", nil)
	if err := json.Unmarshal([]byte(text.(string)), into); err != nil {
		v.t.Fatal(err)
	}
}

// TestNavigationReply: live navigations are timed until their reply, joins of a page and refused ones are not.
func TestNavigationReply(t *testing.T) {
	u := site(t, map[string]http.HandlerFunc{"/ws": echo, "/": html("<p>page</p>")})
	v := visit(t)
	v.open(u + "/")
	v.eval(`(url) => {
		const socket = new WebSocket(url);
		return new Promise((done) => { socket.onopen = () => {
			let ref = 0;
			const ask = (event, payload, reply) => {
				socket.send(JSON.stringify(['1', '' + ++ref, 'lv:phx-1', event, payload]));
				const end = performance.now() + 30;
				while (performance.now() < end);
				socket.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(['1', '' + ref, 'lv:phx-1', 'phx_reply', reply]) }));
			};
			const to = (path) => location.origin + path;
			ask('phx_join', { url: to('/products') }, { status: 'ok', response: {} });
			ask('live_patch', { url: to('/products?page=2') }, { status: 'ok', response: { diff: {} } });
			ask('live_patch', { url: to('/elsewhere') }, { status: 'ok', response: { link_redirect: true } });
			ask('phx_join', { redirect: to('/products/7') }, { status: 'ok', response: {} });
			ask('phx_join', { redirect: to('/account') }, { status: 'error', response: { redirect: { to: '/login' } } });
			done();
		} });
	}`, "ws"+u[len("http"):]+"/ws")
	v.leave()
	of := metrics.LiveViewNavigationReply.With
	want := map[metrics.Labels]int64{of("patch", "/products"): 1, of("redirect", "/products/:id"): 1}
	if got := v.recorded.Sets(scenario, metrics.LiveViewNavigationReply); !maps.Equal(got, want) {
		t.Errorf("replies to live navigations = %v, want %v", got, want)
	}
	if s := v.recorded.Sketch(scenario, metrics.LiveViewNavigationReply, "patch"); s.Min() < 29_900 {
		t.Errorf("a reply came after %.0f us, want 30 ms at least", s.Min())
	}
}

// TestDocumentResources: a document waits for its style sheets and images, and not for what scripts ask for.
func TestDocumentResources(t *testing.T) {
	after := func(ms time.Duration, kind, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			time.Sleep(ms * time.Millisecond)
			w.Header().Set("Content-Type", kind)
			w.Header().Set("Cache-Control", "no-store")
			_, _ = w.Write([]byte(body))
		}
	}
	u := site(t, map[string]http.HandlerFunc{
		"/style.css": after(60, "text/css", "p { color: red }"), "/dot.svg": after(150, "image/svg+xml", `<svg xmlns="http://www.w3.org/2000/svg"/>`),
		"/late": after(300, "text/plain", "late"), "/alone": html("<p>alone</p>"),
		"/page": html(`<link rel=stylesheet href=/style.css><img src=/dot.svg><p>text</p><script>asked = fetch('/late').then((r) => r.text())</script>`),
	})
	v := visit(t)
	v.open(u + "/page")
	var truth struct{ Blocked, Waited float64 }
	v.read(`async () => {
		await asked;
		const end = (name) => performance.getEntriesByName(location.origin + name)[0].responseEnd;
		const document = performance.getEntriesByType('navigation')[0].responseEnd;
		return { blocked: end('/style.css') - document, waited: end('/dot.svg') - document };
	}`, &truth)
	v.open(u + "/alone")
	v.leave()
	for m, want := range map[*metrics.Metric]float64{metrics.DocumentRenderBlocked: truth.Blocked, metrics.DocumentResources: truth.Waited} {
		if s := v.recorded.Sketch(scenario, m, "/page"); s.Count() != 1 || math.Abs(s.Sum()/1000-want) > 0.002 {
			t.Errorf("%s: %v of %.3f ms, want one of %.3f ms", m.Name, s.Count(), s.Sum()/1000, want)
		}
		if s := v.recorded.Sketch(scenario, m, "/alone"); s.Count() != 1 || s.Sum() != 0 {
			t.Errorf("%s: %v of %.3f ms for a page alone, want one of 0", m.Name, s.Count(), s.Sum()/1000)
		}
	}
	if !(truth.Blocked >= 20 && truth.Waited > truth.Blocked) { // the document may take some of the 60 ms
		t.Errorf("the page says that it was blocked for %v ms of %v ms", truth.Blocked, truth.Waited)
	}
}

// TestServerTiming: what servers say of themselves, where the browser may tell.
func TestServerTiming(t *testing.T) {
	timed := func(header string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Server-Timing", header)
			w.Header().Set("Access-Control-Allow-Origin", "*")
			w.Header().Set("Cache-Control", "no-store")
			if r.URL.Query().Has("open") {
				w.Header().Set("Timing-Allow-Origin", "*")
			}
			html("<p>timed</p>")(w, r)
		}
	}
	var many []string
	for n := range 20 {
		many = append(many, fmt.Sprintf("part%d;dur=1", n))
	}
	handlers := map[string]http.HandlerFunc{
		"/page": timed(`app;dur=47.25, db;dur=12;desc="a query", cache;desc=hit`), "/items/7": timed("db;dur=3.5"), "/many": timed(strings.Join(many, ", ")),
	}
	u, other := site(t, handlers), site(t, handlers)
	v := visit(t)
	v.open(u + "/page")
	v.eval(`async (other) => {
		await (await fetch('/items/7')).text();
		await (await fetch(other + '/items/7')).text();
		await (await fetch(other + '/items/7?open')).text();
		await (await fetch('/many')).text();
		await new Promise((done) => { const x = new XMLHttpRequest(); x.open('GET', '/items/7'); x.onload = done; x.send(); });
		await new Promise((done) => { const image = new Image(); image.onerror = done; image.src = '/items/7?image'; });
	}`, other)
	v.leave()
	here, there := strings.TrimPrefix(u, "http://"), strings.TrimPrefix(other, "http://")
	of := metrics.HTTPServerTiming.With
	want := map[metrics.Labels]int64{
		of("app", "document", here, "/page"): 1, of("db", "document", here, "/page"): 1, of("db", "fetch", here, "/items/:id"): 1,
		of("db", "fetch", there, "/items/:id"): 1, of("db", "xhr", here, "/items/:id"): 1,
	}
	for n := range 10 {
		want[of(fmt.Sprintf("part%d", n), "fetch", here, "/many")] = 1
	}
	if got := v.recorded.Sets(scenario, metrics.HTTPServerTiming); !maps.Equal(got, want) {
		t.Errorf("timings = %v, want %v", got, want)
	}
	if s := v.recorded.Sketch(scenario, metrics.HTTPServerTiming, "app"); s.Sum() != 47_250 {
		t.Errorf("app took %v us, want 47250", s.Sum())
	}
}
