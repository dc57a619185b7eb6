package examples

import (
	"maps"
	"math"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/liveload/liveload/browserpool/browsertest"
	"github.com/liveload/liveload/e2e/rig"
	"github.com/liveload/liveload/examples/site"
	"github.com/liveload/liveload/metrics"
)

// vitals are ours, by the name that Google's package has for them.
var vitals = map[string]*metrics.Metric{
	"FCP": metrics.WebVitalFCP, "LCP": metrics.WebVitalLCP, "INP": metrics.WebVitalINP, "TTFB": metrics.WebVitalTTFB, "CLS": metrics.WebVitalCLS,
}

// ways are those by which each iteration reaches a page that reports. Google's package reports a soft navigation when the next one has
// come, without what the browser tells of it later: it may know nothing of an interaction, or not the slowest.
var ways = []string{" navigate /", softly + "/products/3"}

const softly = " soft-navigation "

// TestSite runs the scenario of the site without LiveView, and compares requests with those that its server counted, and
// Web Vitals with those that Google's package has measured in the same pages.
func TestSite(t *testing.T) {
	t.Parallel()
	modules := browsertest.NodeModules(t, "../../browserpool/telemetry/testdata/npm")
	server := site.New(site.Options{WebVitals: filepath.Join(modules, "web-vitals", "dist", "web-vitals.iife.js")})
	web := httptest.NewServer(server.Handler())
	t.Cleanup(web.Close)
	const iterations = 4
	r := rig.Run(t, "../../examples/site/site.js", "--users", "2", "--iterations", "4", "--config", "baseURL="+web.URL)
	if by := rig.Counter(r, metrics.Iterations).By; by["ok"] != iterations || rig.Counter(r, metrics.Checks).By["it has its name"] != iterations {
		t.Fatalf("iterations = %v; failures %+v", by, r.Global.FailureSamples)
	}
	measured := measuredVitals(r)
	rig.WaitUntil(t, "the reports of all pages", func() bool { // each comes by itself
		v := server.Stats().Vitals
		for name := range vitals {
			if int64(len(v[name+ways[0]]))+1 < measured[labelOf(t, name+ways[0])].n {
				return false
			}
		}
		return len(v["CLS navigate /"]) >= iterations-1 && len(v["CLS soft-navigation /products/3"]) >= iterations-1
	})
	stats := server.Stats()
	rig.Same(t, "orders", int64(iterations), stats.Orders)
	sameRequests(t, r, stats, iterations)
	sameVitals(t, measured, stats)
}

// unseen are requests that no page can see, as docs/metrics-truth.md says, or whose type has no path.
var unseen = []string{"/sw.js", "/shop.js", "/export.csv"}

// sameRequests compares requests by path and status. The service worker answers /api/cached, of which the server has heard
// once from each user.
func sameRequests(t *testing.T, r metrics.Result, stats site.Stats, iterations int64) {
	t.Helper()
	if n := stats.Requests["/api/cached"]["200"]; n < 1 || n > 2 {
		t.Fatalf("the service workers have asked for /api/cached %d times, want once for each user", n)
	}
	stats.Requests["/api/cached"]["200"] = iterations
	rig.Same(t, "answers of service workers", rig.Counter(r, metrics.ServiceWorkerRequests).By["worker"], iterations)
	if !slices.ContainsFunc(r.Health.Notes, func(note string) bool { return strings.Contains(note, "went to service workers") }) {
		t.Errorf("no note tells of service workers: %q", r.Health.Notes)
	}
	measured, counted := map[string]int64{}, map[string]int64{}
	for _, s := range rig.Counter(r, metrics.HTTPRequests).Series {
		if path := s.Labels.Get("path"); path != "" && !slices.Contains(unseen, path) {
			measured[path+" "+s.Labels.Get("code")] += s.Value
		}
	}
	for path, byStatus := range stats.Requests {
		for status, n := range byStatus {
			if !slices.Contains(unseen, path) {
				counted[pageOf(t, path)+" "+status] += n
			}
		}
	}
	rig.SameMap(t, "requests", measured, counted)
}

// A sum is that of all values of a vital for one way.
type sum struct {
	n     int64
	total float64
}

// measuredVitals are ours, by name, way of navigation and page.
func measuredVitals(r metrics.Result) map[string]sum {
	measured := map[string]sum{}
	for name, m := range vitals {
		for _, s := range rig.Histogram(r, m).Series {
			measured[name+" "+s.Labels.Get("navigation")+" "+s.Labels.Get("page")] = sum{s.Value.Count, s.Value.Sum}
		}
	}
	return measured
}

// labelOf makes of name, way and path, as the server has them, the key of measuredVitals.
func labelOf(t *testing.T, way string) string {
	t.Helper()
	at := strings.LastIndex(way, " ") + 1
	return way[:at] + pageOf(t, way[at:])
}

func sameVitals(t *testing.T, measured map[string]sum, stats site.Stats) {
	t.Helper()
	for _, way := range slices.Sorted(maps.Keys(stats.Vitals)) {
		name, _, _ := strings.Cut(way, " ")
		var theirs sum
		for _, v := range stats.Vitals[way] {
			theirs.n, theirs.total = theirs.n+1, theirs.total+v
		}
		unit := 1000.0 // ours are in microseconds
		if name == "CLS" {
			unit = 1
		}
		ours := measured[labelOf(t, way)]
		if missed := ours.n - theirs.n; missed == 1 || missed == -1 || missed != 0 && strings.Contains(way, softly) {
			continue // a page that closes may take the last report along; browserpool/telemetry compares each value
		}
		if name == "INP" && strings.Contains(way, softly) && ours.total/unit > theirs.total {
			continue // the slowest interaction was told late
		}
		if ours.n != theirs.n || math.Abs(ours.total/unit-theirs.total) > 0.001*float64(theirs.n) {
			t.Errorf("%s: %d with a sum of %v, web-vitals says %d and %v", way, ours.n, ours.total/unit, theirs.n, theirs.total)
		}
	}
	for name := range vitals {
		for _, way := range ways {
			if quick := name == "INP" && strings.HasPrefix(way, softly); !quick && len(stats.Vitals[name+way]) == 0 && measured[labelOf(t, name+way)].n > 1 {
				t.Errorf("web-vitals has said nothing of %s", name+way)
			}
		}
	}
}

func pageOf(t *testing.T, path string) string {
	t.Helper()
	labels, err := metrics.NewPageLabeler(nil)
	if err != nil {
		t.Fatal(err)
	}
	return labels.PageLabel(path)
}
