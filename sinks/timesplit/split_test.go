package timesplit

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/metricstest"
)

// run makes a Result of what observe records and of what the application says.
func run(observe func(s *metrics.Scope), said ...metrics.Series) metrics.Result {
	began := time.Date(2026, 8, 1, 12, 0, 0, 0, time.UTC)
	node := metrics.NewRecorder("node-1", began, metrics.NewRegistry())
	a := metrics.NewAggregator(metrics.RunInfo{Start: began, Nodes: []string{"node-1"}, Scenarios: []metrics.ScenarioInfo{{Name: "shop"}}})
	observe(node.Scope("shop"))
	reading := &metrics.Reading{At: began, Series: said}
	for _, s := range said {
		reading.Metrics = append(reading.Metrics, new(metrics.ServerMetric(s.Metric, metrics.Counter)))
	}
	a.AddReading(reading)
	snap := node.Snapshot(began.Add(time.Second))
	snap.Last = true
	a.Add(snap)
	a.Finish()
	return a.Results(began.Add(time.Second))[0]
}

// handler is what --probe reads of the handlers of an event.
func handler(name, event string, count int64, took time.Duration) []metrics.Series {
	var all []metrics.Series
	for suffix, value := range map[string]int64{"_count": count, "_sum": took.Microseconds()} {
		all = append(all, metrics.Series{Metric: name + suffix, Labels: metrics.LabelsOf("target", "app:4000").With("event", event).With("view", "ShopLive"), Count: value})
	}
	return all
}

func times(s *metrics.Scope, n int, m *metrics.Metric, ms float64, labels ...string) {
	for range n {
		s.Observe(m, m.With(labels...), ms*1000)
	}
}

// TestOf shows the splits of a shop: events of which all, some and no inputs are known, a page whose server says what it did
// and one whose server does not, and live navigations.
func TestOf(t *testing.T) {
	r := run(func(s *metrics.Scope) {
		times(s, 10, metrics.LiveViewEventWait, 300, "search", "/shop")
		times(s, 10, metrics.LiveViewEventDuration, 150, "search", "/shop")
		times(s, 5, metrics.LiveViewPatchDuration, 20, "search", "/shop") // the others changed nothing
		times(s, 1, metrics.LiveViewEventWait, 4, "add", "/shop")
		times(s, 4, metrics.LiveViewEventDuration, 80, "add", "/shop")
		times(s, 2, metrics.LiveViewEventDuration, 10, "tick", "/shop")

		for page, load := range map[string]float64{"/shop": 500, "/about": 90} {
			times(s, 3, metrics.DocumentLoad, load, page)
			times(s, 3, metrics.WebVitalTTFB, load/5, page, "navigate")
			times(s, 3, metrics.HTTPRequestTTFB, load/10, "document", "2xx", "200", "app:4000", page)
			times(s, 3, metrics.HTTPRequestDuration, load/5+10, "document", "2xx", "200", "app:4000", page)
		}
		times(s, 9, metrics.WebVitalTTFB, 0, "/shop", "soft-navigation")
		times(s, 3, metrics.DocumentResources, 250, "/shop")
		times(s, 3, metrics.HTTPServerTiming, 30, "app", "document", "app:4000", "/shop")
		times(s, 3, metrics.HTTPServerTiming, 12, "db", "document", "app:4000", "/shop")
		times(s, 1, metrics.DocumentLoad, 20, "/cached")

		times(s, 2, metrics.LiveViewPageLoadingDuration, 60, "patch", "/shop")
		times(s, 2, metrics.LiveViewPageLoadingDuration, 60, "initial", "/shop")
		times(s, 2, metrics.LiveViewNavigationReply, 45, "patch", "/shop")
		times(s, 1, metrics.LiveViewPageLoadingDuration, 60, "redirect", "/sent")
	}, append(handler("server_liveload_handle_event_duration_us", "search", 10, 900*time.Millisecond),
		handler("server_shop_prom_ex_phoenix_live_view_handle_event_duration_us", "add", 4, time.Millisecond)...)...)
	text, err := json.MarshalIndent(Of(&r), "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	metricstest.Golden(t, "testdata/shop.json", append(text, '\n'))
}

// TestHandlersOfOthers: an application that works for others too says so, and PromEx is read when the code of the
// documentation is not there.
func TestHandlersOfOthers(t *testing.T) {
	r := run(func(s *metrics.Scope) {
		times(s, 4, metrics.LiveViewEventDuration, 80, "add", "/shop")
	}, handler("server_shop_prom_ex_phoenix_live_view_handle_event_duration_us", "add", 40, 40*200*time.Millisecond)...)
	all := Of(&r)
	if len(all) != 1 || len(all[0].Parts) != 1 || all[0].Parts[0].Where != InHandler || all[0].Parts[0].Mean != 80_000 {
		t.Fatalf("splits = %+v, want one, all of it in the handler", all)
	}
	if unknown := strings.Join(all[0].Unknown, "\n"); !strings.Contains(unknown, "it has worked for others too") {
		t.Errorf("unknown is %q", unknown)
	}
}

// TestNothing: without measurements there are no splits, and with very many the longest stay.
func TestNothing(t *testing.T) {
	r := run(func(*metrics.Scope) {})
	if all := Of(&r); len(all) != 0 {
		t.Errorf("splits of nothing: %+v", all)
	}
	many := run(func(s *metrics.Scope) {
		for n := range 150 {
			times(s, 1, metrics.LiveViewEventDuration, float64(n+1), fmt.Sprintf("event-%d", n), "/shop")
		}
	})
	if all := Of(&many); len(all) != mostSplits || all[0].Name != "event-149" {
		t.Errorf("%d splits, the first of %s; want %d, the longest first", len(all), all[0].Name, mostSplits)
	}
}
