package telemetry_test

import (
	"maps"
	"net/http"
	"strconv"
	"sync"
	"testing"

	"github.com/liveload/liveload/metrics"
)

const serviceWorker = `
addEventListener('install', () => skipWaiting());
addEventListener('activate', (event) => event.waitUntil(clients.claim()));
addEventListener('fetch', (event) => {
  const { url } = event.request;
  if (url.includes('/through')) event.respondWith(fetch(event.request));
  if (url.includes('/elsewhere')) event.respondWith(fetch(url.replace('127.0.0.1', 'localhost'), { mode: 'no-cors' }));
  if (url.includes('/made')) event.respondWith(new Response('made', { status: 203 }));
  if (url.includes('/kept')) event.respondWith((async () => {
    const cache = await caches.open('kept');
    if (!(await cache.match(event.request))) await cache.add(event.request);
    return cache.match(event.request);
  })());
});`

// TestServiceWorkers: what a service worker answers is counted, as the page sees it, beside what the worker leaves to the
// browser. What the server has counted differs by what the worker keeps and makes up, and by nothing else.
func TestServiceWorkers(t *testing.T) {
	var mu sync.Mutex
	counted := map[string]int64{}
	answer := func(status int, header ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			defer mu.Unlock()
			counted[r.URL.Path+" "+strconv.Itoa(status)]++
			for i := 0; i < len(header); i += 2 {
				w.Header().Set(header[i], header[i+1])
			}
			w.WriteHeader(status)
			_, _ = w.Write([]byte("body"))
		}
	}
	u := site(t, map[string]http.HandlerFunc{
		"/through/{what}": answer(http.StatusOK), "/through/broken": answer(http.StatusServiceUnavailable), "/through/none.png": answer(http.StatusNotFound),
		"/kept": answer(http.StatusOK), "/passed": answer(http.StatusOK), "/fresh": answer(http.StatusOK, "Cache-Control", "max-age=1000, immutable"),
		"/elsewhere.png": html("no picture"), // from another site, so that its status is a secret
		"/worker.js": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/javascript")
			_, _ = w.Write([]byte(serviceWorker))
		},
	})
	v := visit(t)
	v.open(u + "/")
	v.eval(`async () => {
		await navigator.serviceWorker.register('/worker.js');
		if (!navigator.serviceWorker.controller) await new Promise((next) => { navigator.serviceWorker.oncontrollerchange = next });
		const three = async (url) => { for (let i = 0; i < 3; i++) await (await fetch(url)).text() };
		for (const url of ['/through/a', '/through/broken', '/kept', '/made', '/passed', '/fresh']) await three(url);
		await new Promise((next) => { const x = new XMLHttpRequest(); x.open('GET', '/through/x'); x.onloadend = next; x.send() });
		const image = (url) => new Promise((next) => { const i = new Image(); i.onload = i.onerror = next; i.src = url });
		await image('/through/none.png');
		await image('/elsewhere.png');
	}`, nil)
	v.open(u + "/made")
	v.leave()

	measured := map[string]int64{}
	for labels, n := range v.recorded.Sets(scenario, metrics.HTTPRequests) {
		measured[labels.Get("path")+" "+labels.Get("code")] += n
	}
	mu.Lock()
	defer mu.Unlock()
	want := maps.Clone(counted)
	want["/ 200"], want[" "] = 1, 1
	want["/made 203"] = 4
	want["/kept 200"] += 2
	if !maps.Equal(measured, want) {
		t.Errorf("http_requests = %v\nwant %v; the server counted %v", measured, want, counted)
	}
	through := metrics.ServiceWorkerRequests
	wantThrough := map[metrics.Labels]int64{
		through.With("worker", "fetch"): 12, through.With("passed", "fetch"): 6, through.With("worker", "xhr"): 1,
		through.With("worker", "image"): 2, through.With("worker", "document"): 1,
	}
	if got := v.recorded.Sets(scenario, through); !maps.Equal(got, wantThrough) {
		t.Errorf("service_worker_requests = %v\nwant %v", got, wantThrough)
	}
	if lost := v.recorded.Labels(scenario, metrics.SamplesDropped); len(lost) != 0 {
		t.Errorf("dropped samples: %v", lost)
	}
}
