package telemetry_test

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/browserpool/telemetry"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/metricstest"
)

func newDecoder(t testing.TB) (*telemetry.Decoder, *metricstest.Reading) {
	t.Helper()
	recorder := metrics.NewRecorder("node", time.Now(), metrics.NewRegistry())
	pages, err := metrics.NewPageLabeler(nil)
	if err != nil {
		t.Fatal(err)
	}
	return telemetry.NewDecoder(recorder.Scope(scenario), pages), metricstest.NewReading(recorder)
}

func TestDecode(t *testing.T) {
	d, reading := newDecoder(t)
	err := d.Decode(`{"d":"x","n":1,
		"h":[["liveview_event_duration_us","inc\nhttp://a/products/7",[1000,2000]],["liveview_join_duration_us","http://a/products/7",[5]]],
		"c":[["browser_js_errors","at\nhttp://a/b.js:12 of 0xff\nhttp://a/products/7",3],["http_requests","2xx\ndocument\n200\nhttp://a:81/products/7",2],["http_requests","9xx\nxhr\n\n",1]]}`)
	if err != nil {
		t.Fatal(err)
	}
	if s := reading.Sketch(scenario, metrics.LiveViewEventDuration, "inc"); s.Count() != 2 || s.Sum() != 3000 {
		t.Errorf("events: count %d, sum %v, want 2 and 3000", s.Count(), s.Sum())
	}
	if labels := reading.Labels(scenario, metrics.LiveViewJoinDuration); labels["/products/:id"] != 1 {
		t.Errorf("joins = %v, want the page without its id", labels)
	}
	for m, want := range map[*metrics.Metric]map[metrics.Labels]int64{
		metrics.BrowserJSErrors:       {metrics.LabelsOf("message", "at\n# of #", "page", "/products/:id"): 3},
		metrics.LiveViewEventDuration: {metrics.LabelsOf("event", "inc", "page", "/products/:id"): 2},
		metrics.HTTPRequests:          {metrics.LabelsOf("status", "2xx", "type", "document", "code", "200", "host", "a:81", "path", "/products/:id"): 2, metrics.LabelsOf("status", "other", "type", "xhr"): 1},
	} {
		if got := reading.Sets(scenario, m); !maps.Equal(got, want) {
			t.Errorf("%s = %v, want %v", m.Name, got, want)
		}
	}
}

// TestVisits: a session connects for the first time once, whatever its page and batch.
func TestVisits(t *testing.T) {
	d, reading := newDecoder(t)
	for _, page := range []string{"a", "a", "b"} {
		if err := d.Decode(`{"d":"x","n":1,"h":[["liveview_connection_duration_us","http://h/` + page + `",[1000]]],"c":[]}`); err != nil {
			t.Fatal(err)
		}
	}
	of := metrics.LiveViewConnectionDuration.With
	want := map[metrics.Labels]int64{of("/a", metrics.FirstVisit): 1, of("/a", metrics.LaterVisit): 1, of("/b", metrics.LaterVisit): 1}
	if got := reading.Sets(scenario, metrics.LiveViewConnectionDuration); !maps.Equal(got, want) {
		t.Errorf("connections = %v, want %v", got, want)
	}
}

func TestDecodeCountsWhatItCannotRead(t *testing.T) {
	for _, tt := range []struct {
		name, batch, reason string
		bad                 bool
	}{
		{"no JSON", `{`, "unreadable batch", true},
		{"two parts", `{"d":"x","n":1,"c":[["http_requests",1]]}`, "unreadable batch", true},
		{"texts for numbers", `{"d":"x","n":1,"h":[["liveview_event_duration_us","a",["1"]]]}`, "unreadable batch", true},
		{"a metric that is unknown", `{"d":"x","n":1,"c":[["my_own","a",1]]}`, "unknown metric", false},
		{"a metric that is not the page's", `{"d":"x","n":1,"c":[["iterations","ok",1]]}`, "unknown metric", false},
		{"a counter among the histograms", `{"d":"x","n":1,"h":[["http_requests","2xx",[1]]]}`, "unknown metric", false},
		{"a negative count", `{"d":"x","n":1,"c":[["http_requests","2xx",-1]]}`, "unknown metric", false},
		{"a count that is no integer", `{"d":"x","n":1,"c":[["http_requests","2xx",0.5]]}`, "unknown metric", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, reading := newDecoder(t)
			if err := d.Decode(tt.batch); (err != nil) != tt.bad {
				t.Errorf("Decode = %v, want an error: %t", err, tt.bad)
			}
			if n := reading.Count(scenario, metrics.SamplesDropped, tt.reason); n != 1 {
				t.Errorf("dropped = %v, want one as %q", reading.Labels(scenario, metrics.SamplesDropped), tt.reason)
			}
			if n := reading.Count(scenario, metrics.Iterations, "ok"); n != 0 {
				t.Error("a page has counted iterations")
			}
		})
	}
}

func TestComplete(t *testing.T) {
	batch := func(document string, n int) string {
		text, err := json.Marshal(map[string]any{"d": document, "n": n})
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	for _, tt := range []struct {
		name    string
		batches []string
		want    bool
	}{
		{"nothing", nil, true},
		{"in order", []string{batch("a", 1), batch("a", 2)}, true},
		{"a first one is missing", []string{batch("a", 2)}, false},
		{"out of order", []string{batch("a", 2), batch("b", 1), batch("a", 1)}, true},
		{"one of two documents has a gap", []string{batch("a", 1), batch("b", 3), batch("b", 1)}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, _ := newDecoder(t)
			for _, b := range tt.batches {
				if err := d.Decode(b); err != nil {
					t.Fatal(err)
				}
			}
			if got := closed(d.Complete()); got != tt.want {
				t.Errorf("complete = %t, want %t", got, tt.want)
			}
		})
	}
	t.Run("many documents are forgotten, those that live are not", func(t *testing.T) {
		d, _ := newDecoder(t)
		for n := 1; n <= 1000; n++ {
			for _, b := range []string{batch("lives on", n), batch("page "+strings.Repeat("x", n), 1)} {
				if err := d.Decode(b); err != nil {
					t.Fatal(err)
				}
			}
		}
		if !closed(d.Complete()) {
			t.Error("not complete, though nothing is missing")
		}
	})
	t.Run("a waiter is woken", func(t *testing.T) {
		d, _ := newDecoder(t)
		if err := d.Decode(batch("a", 2)); err != nil {
			t.Fatal(err)
		}
		complete := d.Complete()
		if err := d.Decode(batch("a", 1)); err != nil {
			t.Fatal(err)
		}
		<-complete
	})
}

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
