package telemetry_test

import (
	"encoding/json"
	"maps"
	"math"
	"net/http"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/liveload/liveload/browserpool/browsertest"
	"github.com/liveload/liveload/metrics"
)

// vitalsPage shifts once, has a slow button, and changes its address without a new document.
const vitalsPage = `<title>vitals</title><script src=/web-vitals.js></script><script>
	for (const name of ['CLS', 'FCP', 'INP', 'LCP', 'TTFB']) webVitals['on' + name]((m) => {
		navigator.sendBeacon('/report', JSON.stringify({ name, value: m.value, navigation: m.navigationType, url: m.navigationURL }));
	}, { reportSoftNavs: true });
	const seen = (type, fits) => new Promise((done) => new PerformanceObserver((list, observer) => {
		if (list.getEntries().some(fits)) { observer.disconnect(); done() }
	}).observe({ type, buffered: true }));
	const busy = (ms) => { const end = performance.now() + ms; while (performance.now() < end); };
	const shift = async () => {
		const since = performance.now();
		above.style.height = above.offsetHeight + 80 + 'px';
		await seen('layout-shift', (e) => e.startTime >= since && !e.hadRecentInput);
	};
</script><div id=above></div><h1>A page</h1><p id=text>with some text to be shifted</p>
<button id=slow onclick="busy(90)">slow</button> <button id=slower onclick="busy(150)">slower</button>
<button id=go onclick="busy(30); history.pushState({}, '', '/products/7?tab=2'); text.textContent = 'shown after the navigation'; text.style.fontSize = '40px'; setTimeout(() => { text.innerHTML += ' <b>and larger once more, at the end of it</b>' }, 80)">go</button>`

// drawn is over when the page has drawn what it knows of, and measured it.
const drawn = `() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => requestIdleCallback(done, { timeout: 500 }))))`

// A report is what Google's web-vitals package says of a page.
type report struct {
	Name       string  `json:"name"`
	Value      float64 `json:"value"`
	Navigation string  `json:"navigation"`
	URL        string  `json:"url"`
}

// reports gathers those of a page until it has as many as wanted.
type reports struct {
	wanted int
	mu     sync.Mutex
	got    map[string]float64
	done   chan struct{}
}

func (r *reports) ServeHTTP(_ http.ResponseWriter, request *http.Request) {
	var one report
	if json.NewDecoder(request.Body).Decode(&one) != nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.got == nil {
		r.got = make(map[string]float64)
	}
	_, known := r.got[one.Name+" "+one.Navigation]
	r.got[one.Name+" "+one.Navigation] = one.Value
	if !known && len(r.got) == r.wanted {
		close(r.done)
	}
}

// TestWebVitals compares what we record with what Google's web-vitals package measures in the same page.
func TestWebVitals(t *testing.T) {
	library := filepath.Join(browsertest.NodeModules(t, "testdata/npm"), "web-vitals", "dist", "web-vitals.iife.js")
	google := &reports{wanted: 10, done: make(chan struct{})}
	u := site(t, map[string]http.HandlerFunc{
		"/page/1": html(vitalsPage), "/report": google.ServeHTTP, "/next": html("<p>next</p>"),
		"/web-vitals.js": func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, library) },
	})
	v := visit(t)
	v.open(u + "/page/1")
	v.eval(`async () => { await seen('paint', () => true); await shift() }`, nil)
	for _, button := range []string{"slow", "slower"} {
		if err := v.Click(v.ctx, "#"+button); err != nil {
			t.Fatal(err)
		}
	}
	v.eval(drawn, nil)
	if err := v.Click(v.ctx, "#go"); err != nil {
		t.Fatal(err)
	}
	v.eval(`async () => {
		await seen('soft-navigation', () => true);
		await seen('interaction-contentful-paint', (e) => e.largestContentfulPaint.size > 20000);
		await new Promise((later) => setTimeout(later, 700)); // shifts within half a second of an input are not counted
		await shift();
	}`, nil)
	if err := v.Click(v.ctx, "#slow"); err != nil {
		t.Fatal(err)
	}
	v.eval(drawn, nil)
	v.open(u + "/next")
	v.leave()
	select {
	case <-google.done:
	case <-v.ctx.Done():
		t.Fatalf("web-vitals has reported %v", google.got)
	}

	ours := make(map[string]float64)
	for name, m := range map[string]*metrics.Metric{"CLS": metrics.WebVitalCLS, "FCP": metrics.WebVitalFCP, "INP": metrics.WebVitalINP, "LCP": metrics.WebVitalLCP, "TTFB": metrics.WebVitalTTFB} {
		for page, navigation := range map[string]string{"/page/:id": "navigate", "/products/:id": "soft-navigation"} {
			s := v.recorded.Sketch(scenario, m, page)
			if sets := v.recorded.Sets(scenario, m); s.Count() != 1 || sets[m.With(page, navigation)] != 1 {
				t.Errorf("%s = %v, want one for %s by %s", m.Name, sets, page, navigation)
			}
			ours[name+" "+navigation] = s.Sum()
			if name != "CLS" {
				ours[name+" "+navigation] /= 1000
			}
		}
	}
	google.mu.Lock()
	defer google.mu.Unlock()
	for _, key := range slices.Sorted(maps.Keys(google.got)) {
		theirs := google.got[key]
		t.Logf("%-22s %8.4f, web-vitals %8.4f", key, ours[key], theirs)
		if math.Abs(ours[key]-theirs) > 0.0006 { // we round to microseconds
			t.Errorf("%s: %v, web-vitals says %v", key, ours[key], theirs)
		}
	}
}
