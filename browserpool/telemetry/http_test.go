package telemetry_test

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/metrics"
)

func readAll(r *http.Request) []byte {
	body, _ := io.ReadAll(r.Body)
	return body
}

// TestRequests counts what scripts and elements load, however it ends. Every case begins with the
// document, a 2xx.
func TestRequests(t *testing.T) {
	cacheable := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"1"`)
		w.Header().Set("Cache-Control", "no-cache")
		if r.Header.Get("If-None-Match") != "" {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		_, _ = w.Write([]byte("body"))
	}
	immutable := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Cache-Control", "max-age=1000, immutable")
		_, _ = w.Write([]byte("body"))
	}
	handlers := map[string]http.HandlerFunc{
		"/hang": hang, "GET /either": hang, "POST /either": html("answer"), "/next": html("next"), "/stream": stream, "/cacheable": cacheable, "/immutable": immutable,
		"/away":       func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/immutable", http.StatusFound) },
		"/broken":     func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) },
		"POST /empty": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) },
		"/strict": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Security-Policy", "connect-src 'none'")
			html("<p>strict</p>")(w, r)
		},
	}
	type counts map[string]int64
	for _, tt := range []struct {
		name, page, js   string
		block            []string
		requests, failed counts
	}{
		{name: "fetch", js: `await (await fetch('/immutable')).text()`, requests: counts{"2xx": 2}},
		{name: "from the cache", js: `for (let i = 0; i < 3; i++) await (await fetch('/immutable')).text()`, requests: counts{"2xx": 2}},
		{name: "not modified", js: `for (let i = 0; i < 3; i++) await (await fetch('/cacheable')).text()`, requests: counts{"2xx": 2, "3xx": 2}},
		{name: "a redirect", js: `await (await fetch('/away')).text()`, requests: counts{"2xx": 2, "3xx": 1}},
		{name: "errors of the server", js: `await (await fetch('/none')).text(); await (await fetch('/broken')).text()`, requests: counts{"2xx": 1, "4xx": 1, "5xx": 1}},
		{name: "refused", js: `await fetch('http://127.0.0.1:1/').catch(() => {})`, requests: counts{"2xx": 1, "failed": 1}, failed: counts{"network": 1}},
		{name: "aborted", js: `const c = new AbortController(); setTimeout(() => c.abort(), 30); await fetch('/hang', { signal: c.signal }).catch(() => {})`, requests: counts{"2xx": 1, "failed": 1}, failed: counts{"aborted": 1}},
		{name: "out of time", js: `await fetch('/hang', { signal: AbortSignal.timeout(30) }).catch(() => {})`, requests: counts{"2xx": 1, "failed": 1}, failed: counts{"timeout": 1}},
		{name: "many that end differently", js: `const abort = async () => { const c = new AbortController(); setTimeout(() => c.abort(), 30); await fetch('/hang', { signal: c.signal }).catch(() => {}) }; await Promise.all([abort(), abort(), fetch('/hang', { signal: AbortSignal.timeout(20) }).catch(() => {})])`, requests: counts{"2xx": 1, "failed": 3}, failed: counts{"aborted": 2, "timeout": 1}},
		{name: "of no address", js: `await fetch('http://[').catch(() => {}); await fetch.call({}, '/').catch(() => {})`, requests: counts{"2xx": 1}},
		{name: "forbidden by the page", page: "/strict", js: `await fetch('/immutable').catch(() => {})`, requests: counts{"2xx": 1}},
		{name: "XMLHttpRequest", js: `await xhr('/immutable')`, requests: counts{"2xx": 2}},
		{name: "XMLHttpRequest refused", js: `await xhr('http://127.0.0.1:1/')`, requests: counts{"2xx": 1, "failed": 1}, failed: counts{"network": 1}},
		{name: "XMLHttpRequest aborted", js: `await xhr('/hang', (x) => setTimeout(() => x.abort(), 30))`, requests: counts{"2xx": 1, "failed": 1}, failed: counts{"aborted": 1}},
		{name: "XMLHttpRequest out of time", js: `await xhr('/hang', (x) => { x.timeout = 30 })`, requests: counts{"2xx": 1, "failed": 1}, failed: counts{"timeout": 1}},
		{name: "given up after its answer, beside one that waits at the same address", js: `xhr('/either'); const x = new XMLHttpRequest(); x.open('POST', '/either'); x.send(); work(200); x.abort()`, requests: counts{"2xx": 2, "failed": 1}, failed: counts{"aborted": 1}},
		{name: "given up, beside one that is answered at the same address", js: `const given = new XMLHttpRequest(); given.open('GET', '/either'); given.send(); await fetch('/either', { method: 'POST' }); given.abort()`, requests: counts{"2xx": 2, "failed": 1}, failed: counts{"aborted": 1}},
		{name: "given up while the page is left", js: `xhr('/hang', (x) => setTimeout(() => { location.href = '/next'; work(200); x.abort() }, 30)); await new Promise(() => {})`, requests: counts{"2xx": 2, "failed": 1}, failed: counts{"aborted": 1}},
		{name: "a fetch given up while the page is left", js: `const c = new AbortController(); fetch('/hang', { signal: c.signal }).catch(() => {}); setTimeout(() => { location.href = '/next'; work(200); c.abort() }, 30); await new Promise(() => {})`, requests: counts{"2xx": 2, "failed": 1}, failed: counts{"aborted": 1}},
		{name: "given up before it began", js: `await fetch('/hang', { signal: AbortSignal.abort() }).catch(() => {})`, requests: counts{"2xx": 1}},
		{name: "an image", js: `await image('/none.png')`, requests: counts{"2xx": 1, "4xx": 1}},
		{name: "an image from elsewhere, of which nothing is told", js: `await image('http://localhost:' + location.port + '/none.png')`, requests: counts{"2xx": 1, "opaque": 1}},
		{name: "a beacon", js: `navigator.sendBeacon('/empty', 'x'); await new Promise((next) => setTimeout(next, 200))`, requests: counts{"2xx": 2}},
		{name: "under way at the end", js: `fetch('/hang').catch(() => {}); xhr('/hang')`, requests: counts{"2xx": 1, "failed": 2}, failed: counts{"aborted": 2}},
		{name: "answered but not read at the end", js: `await fetch('/stream')`, requests: counts{"2xx": 2}},
		{name: "beacon and keepalive under way at the end", js: `navigator.sendBeacon('/hang', 'x'); fetch('/hang', { keepalive: true }).catch(() => {})`, requests: counts{"2xx": 1, "unknown": 2}},
		{name: "blocked", block: []string{"**/blocked*"}, js: `await fetch('/blocked').catch(() => {}); await image('/blocked.png'); await xhr('/blocked')`, requests: counts{"2xx": 1}, failed: counts{"blocked": 3}},
		{name: "more than a timeline holds", js: `for (let i = 0; i < 8; i++) await Promise.all(Array.from({ length: 50 }, (_, n) => fetch('/cacheable?' + i + '-' + n).then((r) => r.text())))`, requests: counts{"2xx": 401}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			v := visit(t, func(o *browserpool.SessionOptions) { o.Block = tt.block })
			page := tt.page
			if page == "" {
				page = "/"
			}
			v.open(site(t, handlers) + page)
			_, err := v.Evaluate(v.ctx, `async () => {
				const work = (ms) => { const until = performance.now() + ms; while (performance.now() < until); };
				const xhr = (url, prepare) => new Promise((done) => { const x = new XMLHttpRequest(); x.open('GET', url); x.onloadend = done; if (prepare) prepare(x); x.send() });
				const image = (url) => new Promise((done) => { const i = new Image(); i.onload = i.onerror = done; i.src = url });
				`+strings.TrimSpace(tt.js)+` }`, nil)
			if err != nil && !strings.Contains(tt.js, "location") { // the page goes under it
				t.Fatal(err)
			}
			v.leave()
			if got := v.recorded.Labels(scenario, metrics.HTTPRequests); !maps.Equal(got, tt.requests) {
				t.Errorf("http_requests = %v, want %v", got, tt.requests)
			}
			if got := v.recorded.Labels(scenario, metrics.HTTPRequestFailures); !maps.Equal(got, tt.failed) {
				t.Errorf("http_request_failures = %v, want %v", got, tt.failed)
			}
			if lost := v.recorded.Labels(scenario, metrics.SamplesDropped); len(lost) != 0 {
				t.Errorf("dropped samples: %v", lost)
			}
		})
	}
}

// TestRedirectsOfDocuments counts navigations of the browser itself.
func TestRedirectsOfDocuments(t *testing.T) {
	u := site(t, map[string]http.HandlerFunc{
		"/1": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/2", http.StatusFound) },
		"/2": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/3", http.StatusSeeOther) },
		"/3": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(http.StatusForbidden)
			_, _ = w.Write([]byte("<p>no</p>"))
		},
	})
	v := visit(t)
	v.open(u + "/1")
	v.leave()
	want := map[metrics.Labels]int64{
		metrics.HTTPRequests.With("3xx", "document"):                                                  2, // the page is told the last address only
		metrics.HTTPRequests.With("4xx", "document", "403", strings.TrimPrefix(u, "http://"), "/:id"): 1,
	}
	if got := v.recorded.Sets(scenario, metrics.HTTPRequests); !maps.Equal(got, want) {
		t.Errorf("http_requests = %v, want %v", got, want)
	}
}

// TestLabelsOfRequests: the labels are what the server has answered, and elements have neither address nor code.
func TestLabelsOfRequests(t *testing.T) {
	const document = "/shop/7"
	for _, tt := range []struct {
		name   string
		groups []metrics.URLGroup
		five   string // the path of /products/5
	}{
		{"built-in rules", nil, "/products/:id"},
		{"urlGroups", []metrics.URLGroup{{Pattern: "/products/5", Name: "the fifth"}}, "the fifth"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			pages, err := metrics.NewPageLabeler(tt.groups)
			if err != nil {
				t.Fatal(err)
			}
			var mu sync.Mutex
			var host string
			served := make(map[metrics.Labels]int64)
			answer := func(kind string, status int) http.HandlerFunc {
				return func(w http.ResponseWriter, r *http.Request) {
					labels := metrics.HTTPRequests.With(fmt.Sprintf("%dxx", status/100), kind)
					if kind != "image" {
						labels = labels.Join(metrics.LabelsOf("code", fmt.Sprint(status), "host", r.Host, "path", pages.PageLabel(r.URL.Path)))
					}
					mu.Lock()
					host = r.Host
					served[labels]++
					mu.Unlock()
					w.Header().Set("Content-Type", "text/html")
					w.Header().Set("Cache-Control", "no-store")
					w.WriteHeader(status)
					if r.Method != http.MethodHead {
						_, _ = io.WriteString(w, "<!doctype html><link rel=icon href='data:,'>"+kind)
					}
				}
			}
			u := site(t, map[string]http.HandlerFunc{
				document: answer("document", 200), "/products/{id}": answer("fetch", 200), "/new": answer("fetch", 201),
				"/gone/{id}": answer("xhr", 404), "/broken": answer("xhr", 503), "/img/{n}": answer("image", 200),
			})
			v := visit(t, func(o *browserpool.SessionOptions) { o.Pages = pages })
			v.open(u + document + "?tab=1#top")
			v.eval(`async () => {
				const xhr = (url) => new Promise((done) => { const x = new XMLHttpRequest(); x.open('GET', url); x.onloadend = done; x.send() });
				const image = (url) => new Promise((done) => { const i = new Image(); i.onload = i.onerror = done; i.src = url });
				for (let n = 1; n <= 20; n++) await (await fetch('/products/' + n + '?q=' + n)).text();
				await (await fetch('/new', { method: 'POST' })).text();
				await Promise.all([xhr('/gone/1'), xhr('/gone/2'), xhr('/broken'), image('/img/1'), image('/img/2')]);
				await fetch('http://127.0.0.1:1/products/5').catch(() => {});
			}`, nil)
			v.leave()
			mu.Lock()
			defer mu.Unlock()
			if n := served[metrics.HTTPRequests.With("2xx", "fetch", "200", host, tt.five)]; n == 0 {
				t.Errorf("served %v, want some as %s", served, tt.five)
			}
			durations := maps.Clone(served)
			served[metrics.HTTPRequests.With("failed", "fetch", "", "127.0.0.1:1", tt.five)]++
			for m, want := range map[*metrics.Metric]map[metrics.Labels]int64{
				metrics.HTTPRequests: served, metrics.HTTPRequestDuration: durations,
				metrics.HTTPRequestFailures: {metrics.HTTPRequestFailures.With("network", "fetch", "127.0.0.1:1", tt.five): 1},
			} {
				if got := v.recorded.Sets(scenario, m); !maps.Equal(got, want) {
					t.Errorf("%s = %v, want %v", m.Name, got, want)
				}
			}
		})
	}
}

// TestUnfinishedDocument: one that is left, or whose session ends, before its body has come was answered.
func TestUnfinishedDocument(t *testing.T) {
	u := site(t, map[string]http.HandlerFunc{
		"/away": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/half", http.StatusFound) },
		"/half": func(w http.ResponseWriter, r *http.Request) {
			html("<p id=half>half"+strings.Repeat(" ", 4096))(w, r)
			_ = http.NewResponseController(w).Flush()
			hang(w, r)
		},
	})
	for _, left := range []bool{true, false} {
		t.Run(fmt.Sprintf("left %v", left), func(t *testing.T) {
			t.Parallel()
			v := visit(t)
			v.open(u + "/")
			_, _ = v.Evaluate(v.ctx, "() => { location.href = '/away' }", nil) // the page may go under it
			if err := v.WaitForSelector(v.ctx, "#half", "attached"); err != nil {
				t.Fatal(err)
			}
			finished := int64(1)
			if left {
				v.open(u + "/")
				finished = 2
			}
			v.leave()
			got, want := v.recorded.Labels(scenario, metrics.HTTPRequests), map[string]int64{"2xx": finished + 1, "3xx": 1}
			if !maps.Equal(got, want) {
				t.Errorf("http_requests = %v, want %v", got, want)
			}
			if n := v.recorded.Labels(scenario, metrics.HTTPRequestDuration)["document"]; n != finished {
				t.Errorf("%d durations of documents, want %d", n, finished)
			}
		})
	}
}

// TestStatusesThatPagesAreNotTold: what failed is counted as what it was, with its address, whatever loads it. Nothing else
// of these types has an address.
func TestStatusesThatPagesAreNotTold(t *testing.T) {
	var mu sync.Mutex
	served := make(map[string]int64)
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	elsewhere := strings.Replace(server.URL, "127.0.0.1", "localhost", 1)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/page" {
			html(`<link rel=stylesheet href=/none.css><link rel=stylesheet href=/fine.css><script src=/none.js></script>
				<video src=/none.mp4></video><img src=/none.png><img src="`+elsewhere+`/cross.png"><img src="`+elsewhere+`/fine.png">
				<style>@font-face { font-family: x; src: url(/none.woff2) } p { font-family: x }</style><p>x</p>
				<script>new EventSource('/none-events').onerror = (e) => e.target.close()</script>`)(w, r)
			return
		}
		mu.Lock()
		served[r.URL.Path]++
		mu.Unlock()
		if strings.HasPrefix(r.URL.Path, "/fine") {
			return
		}
		w.WriteHeader(http.StatusNotFound)
	})
	v := visit(t)
	v.open(server.URL + "/page")
	v.eval(`() => new Promise((done) => { const look = () => performance.getEntriesByType('resource').length >= 9 ? done() : setTimeout(look, 20); look() })`, nil)
	v.leave()
	here, there := strings.TrimPrefix(server.URL, "http://"), strings.TrimPrefix(elsewhere, "http://")
	labels := func(kind, host, path string) metrics.Labels {
		return metrics.HTTPRequests.With("4xx", kind, "404", host, path)
	}
	want := map[metrics.Labels]int64{
		metrics.HTTPRequests.With("2xx", "document", "200", here, "/page"): 1,
		metrics.HTTPRequests.With("2xx", "stylesheet"):                     1, metrics.HTTPRequests.With("opaque", "image"): 1,
		labels("stylesheet", here, "/none.css"): 1, labels("script", here, "/none.js"): 1, labels("media", here, "/none.mp4"): 1,
		labels("image", here, "/none.png"): 1, labels("image", there, "/cross.png"): 1, labels("font", here, "/none.woff2"): 1,
		labels("other", here, "/none-events"): 1,
	}
	if got := v.recorded.Sets(scenario, metrics.HTTPRequests); !maps.Equal(got, want) {
		t.Errorf("http_requests = %v\nwant %v", got, want)
	}
	if got := v.recorded.Labels(scenario, metrics.HTTPRequestFailures); len(got) > 0 {
		t.Errorf("http_request_failures = %v, though all were answered: %v", got, served)
	}
	if got := v.recorded.Labels(scenario, metrics.SamplesDropped); len(got) > 0 {
		t.Errorf("dropped samples: %v", got)
	}
}

// TestRefusedSockets: a handshake that a proxy or nobody answers is counted by its reason, and one that a page gives up as that.
func TestRefusedSockets(t *testing.T) {
	down := httptest.NewServer(nil)
	closed := strings.TrimPrefix(down.URL, "http")
	down.Close()
	u := site(t, map[string]http.HandlerFunc{"/ws": echo, "/refused": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }, "/hang": hang})
	v := visit(t)
	v.open(u + "/")
	v.eval(`async ([here, closed]) => {
		const end = (url, prepare) => new Promise((done) => { const s = new WebSocket(url); s.onopen = () => s.close(); s.onclose = done; if (prepare) prepare(s) });
		await Promise.all([end(here + '/ws'), end(here + '/refused?token=secret'), end(here + '/refused'), end(closed + '/x'), end(here + '/hang', (s) => s.close())]);
	}`, []any{"ws" + strings.TrimPrefix(u, "http"), "ws" + closed})
	v.leave()
	at := func(path string) string { return "ws" + strings.TrimPrefix(u, "http") + path }
	want := map[metrics.Labels]int64{
		metrics.WebSocketConnectionFailures.With("status 503", at("/refused")): 2,
		metrics.WebSocketConnectionFailures.With("refused", "ws"+closed+"/x"):  1,
		metrics.WebSocketConnectionFailures.With("aborted", at("/hang")):       1,
	}
	if got := v.recorded.Sets(scenario, metrics.WebSocketConnectionFailures); !maps.Equal(got, want) {
		t.Errorf("websocket_connection_failures = %v\nwant %v", got, want)
	}
	if n := v.recorded.Count(scenario, metrics.WebSocketConnectionsOpened, at("/ws")); n != 1 {
		t.Errorf("%d sockets opened, want 1", n)
	}
}

// TestRequestsOfPlaywright: what page.request asks for is counted as the server answered it, beside what the page asks for.
func TestRequestsOfPlaywright(t *testing.T) {
	u := site(t, map[string]http.HandlerFunc{
		"/orders/{id}": func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusCreated) },
		"/broken":      func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) },
		"/cut":         func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		"/hang":        hang,
	})
	down := httptest.NewServer(nil)
	down.Close()
	v := visit(t)
	v.open(u + "/")
	page, err := v.Object(v.ctx, "page")
	if err != nil {
		t.Fatal(err)
	}
	value, err := page.Call(v.ctx, "request", nil)
	if err != nil {
		t.Fatal(err)
	}
	request := value.(browserpool.Object)
	for _, call := range []struct {
		method, url string
		options     map[string]any
		fails       bool
	}{
		{"post", u + "/orders/7?q=1", nil, false}, {"fetch", u + "/orders/8", nil, false}, {"get", u + "/broken", nil, false},
		{"get", u + "/broken", map[string]any{"failOnStatusCode": true}, true}, {"get", down.URL + "/x", nil, true},
		{"get", u + "/cut", nil, true}, {"get", u + "/hang", map[string]any{"timeout": 50.0}, true}, {"get", "http://[", nil, true},
	} {
		args := []any{call.url}
		if call.options != nil {
			args = append(args, call.options)
		}
		if _, err := request.Call(v.ctx, call.method, args); (err != nil) != call.fails {
			t.Errorf("%s %s = %v", call.method, call.url, err)
		}
	}
	v.leave()
	here := strings.TrimPrefix(u, "http://")
	want := map[metrics.Labels]int64{
		metrics.HTTPRequests.With("2xx", "document", "200", here, "/"):                                         1,
		metrics.HTTPRequests.With("2xx", "page-request", "201", here, "/orders/:id"):                           2,
		metrics.HTTPRequests.With("5xx", "page-request", "503", here, "/broken"):                               2,
		metrics.HTTPRequests.With("failed", "page-request", "", strings.TrimPrefix(down.URL, "http://"), "/x"): 1,
		metrics.HTTPRequests.With("failed", "page-request", "", here, "/cut"):                                  1,
		metrics.HTTPRequests.With("failed", "page-request", "", here, "/hang"):                                 1,
	}
	if got := v.recorded.Sets(scenario, metrics.HTTPRequests); !maps.Equal(got, want) {
		t.Errorf("http_requests = %v\nwant %v", got, want)
	}
	if got := v.recorded.Labels(scenario, metrics.HTTPRequestFailures); !maps.Equal(got, map[string]int64{"refused": 1, "network": 1, "timeout": 1}) {
		t.Errorf("http_request_failures = %v", got)
	}
	if n := v.recorded.Labels(scenario, metrics.HTTPRequestDuration)["page-request"]; n != 4 {
		t.Errorf("%d durations, want 4", n)
	}
}
