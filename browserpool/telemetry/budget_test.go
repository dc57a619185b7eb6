package telemetry

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/metricstest"
)

// TestBudget: a session that sends more than it may loses its surplus, which is counted, and is heard again later.
func TestBudget(t *testing.T) {
	series := `["liveview_diff_bytes","a\nhttp://h/",[` + strings.TrimSuffix(strings.Repeat("7,", 20_000), ",") + `]]`
	for _, tt := range []struct {
		name, batch   string
		times         int
		kept          int64
		dropped       string
		lost          int64
		keptAfterward int64
	}{
		{"samples", `{"d":"x","n":1,"h":[` + series + `]}`, 5, burst * samplesPerSecond, droppedOverBudget, 50_000, samplesPerSecond},
		{"bytes", `{"d":"x","n":1,"h":[["liveview_diff_bytes","a\nhttp://h/",[7` + strings.Repeat(" ", longestBatch/2) + `]]]}`, 30, 19, droppedOverBudget, 11, 1},
		{"long batches", `{"d":"x","n":1,"h":[["liveview_diff_bytes","a\nhttp://h/",[7` + strings.Repeat(" ", longestBatch) + `]]]}`, 3, 0, droppedLongBatch, 3, 0},
		{"long labels", `{"d":"x","n":1,"h":[["liveview_diff_bytes","` + strings.Repeat("x", longestLabels+1) + `",[7,7]]]}`, 3, 0, droppedLongLabels, 6, 0},
		{"counters", `{"d":"x","n":1,"c":[` + strings.TrimSuffix(strings.Repeat(`["liveview_events","a",1],`, 20_000), ",") + `]}`, 3, burst * samplesPerSecond, droppedOverBudget, 10_000, samplesPerSecond},
		{"hidden requests", `{"d":"x","n":1,"u":[` + strings.TrimSuffix(strings.Repeat(`["image","failed","http://h/a",5,7],`, 20_000), ",") + `]}`, 3, burst * samplesPerSecond, droppedOverBudget, 10_000, samplesPerSecond},
	} {
		t.Run(tt.name, func(t *testing.T) {
			pages, err := metrics.NewPageLabeler(nil)
			if err != nil {
				t.Fatal(err)
			}
			recorder := metrics.NewRecorder("node", time.Now(), metrics.NewRegistry())
			d, recorded := NewDecoder(recorder.Scope("s"), pages), metricstest.NewReading(recorder)
			at := time.Unix(1e9, 0)
			d.budget = newBudget(func() time.Time { return at })
			for range tt.times {
				_ = d.Decode(tt.batch)
			}
			all := func() (n int64) {
				for _, m := range []*metrics.Metric{metrics.LiveViewDiffBytes, metrics.LiveViewEvents, metrics.HTTPRequests} {
					for _, one := range recorded.Labels("s", m) {
						n += one
					}
				}
				return n
			}
			if n, lost := all(), recorded.Count("s", metrics.SamplesDropped, tt.dropped); n != tt.kept || lost != tt.lost {
				t.Errorf("recorded %d, dropped %d, want %d and %d: %v", n, lost, tt.kept, tt.lost, recorded.Labels("s", metrics.SamplesDropped))
			}
			select {
			case <-d.Complete():
			default:
				t.Error("somebody waits for batches that came")
			}
			at = at.Add(time.Second)
			_ = d.Decode(tt.batch)
			if n := all() - tt.kept; n != tt.keptAfterward {
				t.Errorf("recorded %d a second later, want %d", n, tt.keptAfterward)
			}
		})
	}
}

// TestForgedValues: a page that writes batches itself makes no value that cannot be.
func TestForgedValues(t *testing.T) {
	for _, tt := range []struct{ batch, dropped string }{
		{`"c":[["http_requests","2xx\nxhr",9007199254740992]]`, droppedUnknown},
		{`"c":[["http_bytes_received","xhr",1e12]]`, droppedUnknown},
		{`"h":[["http_request_duration_us","xhr\n2xx",[1e12]]]`, droppedTooLarge},
		{`"h":[["web_vital_cls","/\nreload",[1e5]]]`, droppedTooLarge},
		{`"h":[["document_requests","/",[1e8]]]`, droppedTooLarge},
		{`"h":[["http_request_duration_us","xhr\n2xx",[-1]]]`, "negative"},
		{`"c":[["liveload_samples_dropped","made up",1]]`, metrics.OtherLabel},
	} {
		pages, err := metrics.NewPageLabeler(nil)
		if err != nil {
			t.Fatal(err)
		}
		recorder := metrics.NewRecorder("node", time.Now(), metrics.NewRegistry())
		d, recorded := NewDecoder(recorder.Scope("s"), pages), metricstest.NewReading(recorder)
		for range 1025 {
			if err := d.Decode(`{"d":"x","n":1,` + tt.batch + `}`); err != nil {
				t.Error(err)
			}
		}
		if got := fmt.Sprint(recorded.Labels("s", metrics.SamplesDropped)); got != fmt.Sprintf("map[%s:1025]", tt.dropped) {
			t.Errorf("%s: dropped %s, want 1025 as %q", tt.batch, got, tt.dropped)
		}
	}
}

// TestRounded: a value is recorded as the number that is nearest to it.
func TestRounded(t *testing.T) {
	for v, want := range map[float64]float64{0.000030000000000000004: 0.00003, 0.1000001: 0.1, 1e-300: 0, 9999.000004: 9999} {
		if got := rounded(metrics.WebVitalCLS, v); got != want {
			t.Errorf("%v is recorded as %v, want %v", v, got, want)
		}
	}
	if got := rounded(metrics.LiveViewDiffBytes, 26.6); got != 27 {
		t.Errorf("26.6 bytes are recorded as %v", got)
	}
}
