//go:build linux

package faults

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/liveload/liveload/e2e/rig"
	"github.com/liveload/liveload/examples/site"
	"github.com/liveload/liveload/metrics"
)

// TestCatalogue provokes everything that the catalogue names, and finds it in the Results of one run.
func TestCatalogue(t *testing.T) {
	t.Parallel()
	a, home := rig.StartApp(t), rig.NewHome(t)
	secure := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Timing-Allow-Origin", "*")
		_, _ = w.Write([]byte("secure"))
	}))
	t.Cleanup(secure.Close)
	secureURL := strings.Replace(secure.URL, "127.0.0.1", "localhost", 1) // a name to be resolved
	helper := &catalogueHelper{}
	helping := httptest.NewServer(helper)
	t.Cleanup(helping.Close)

	shop := httptest.NewServer(site.New(site.Options{}).Handler())
	t.Cleanup(shop.Close)

	c := home.Start(t, "testdata/catalogue.js", a, "--config", "siteURL="+shop.URL, "--config", "secureURL="+secureURL, "--config", "helperURL="+helping.URL,
		"--probe", "prometheus="+helping.URL+"/metrics", "--probe-match", "demo_*",
		"--out", "influxdb="+helping.URL+"/load", "--out-timeout", "1s", "--max-disk", "1kB")
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("%s", c.Output)
		}
	})
	rig.WaitUntil(t, "the user whose browser is killed", func() bool { return helper.waits.Load() == 1 })
	rig.WaitUntil(t, "the others to have ended", func() bool { return helper.done.Load() == 2 })
	if err := syscall.Kill(home.Find(t, "browser"), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	c.End(t)
	results := c.ReadAll(t)
	for _, m := range metrics.Catalogue() {
		if m == metrics.BrowserStalls { // takes long: TestStalls of browserpool provokes it
			continue
		}
		if recorded(results, m) == 0 {
			t.Errorf("%s is in no Result: provoke it here", m.Name)
		}
	}
}

// recorded counts the samples of a metric.
func recorded(results []metrics.Result, m *metrics.Metric) (n int64) {
	for _, r := range results {
		n += rig.Counter(r, m).Aggregate + rig.Histogram(r, m).Aggregate.Count
	}
	return n
}

// A catalogueHelper is whom the script tells how far it is, an application whose metrics can be read once, and a
// database that takes the first points, refuses two of the next ones, and is then away.
type catalogueHelper struct{ waits, done, reads, writes atomic.Int64 }

func (h *catalogueHelper) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/waits":
		h.waits.Add(1)
	case "/done":
		h.done.Add(1)
	case "/metrics":
		if h.reads.Add(1) > 1 {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		_, _ = w.Write([]byte("demo_things 1\n"))
	default:
		switch h.writes.Add(1) {
		case 1:
			w.WriteHeader(http.StatusNoContent)
		case 2:
			http.Error(w, `{"error":"partial write: field type conflict dropped=2"}`, http.StatusBadRequest)
		default:
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}
}
