package telemetry

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/liveload/liveload/metrics"
)

// mostHeld is how many bytes of what pages have sent a decoder keeps at most.
const mostHeld = 2 << 20

// held is how many bytes a decoder keeps of what it was given.
func (d *Decoder) held() (n int) {
	for key := range d.labels.made {
		n += len(key.text)
	}
	for name := range d.arrivals.documents {
		n += len(name)
	}
	for url, all := range d.outcomes.byURL {
		n += len(url) + 40*cap(all)
	}
	for _, url := range d.outcomes.order {
		n += len(url)
	}
	return n + len(d.outcomes.refused.URL)
}

// A countingRecorder counts how often it is called, and checks what no page may bring about.
type countingRecorder struct {
	*metrics.Scope
	t     *testing.T
	calls int
}

func (r *countingRecorder) Observe(m *metrics.Metric, labels metrics.Labels, v float64) {
	r.check(m, labels)
	if v > limit(m) || math.IsNaN(v) {
		r.t.Errorf("%s: %v", m.Name, v)
	}
	r.Scope.Observe(m, labels, v)
}

func (r *countingRecorder) Add(m *metrics.Metric, labels metrics.Labels, n int64) {
	r.check(m, labels)
	if n < 0 || float64(n) > limit(m) {
		r.t.Errorf("%s: %d at once", m.Name, n)
	}
	r.Scope.Add(m, labels, n)
}

func (r *countingRecorder) check(m *metrics.Metric, labels metrics.Labels) {
	r.calls++
	if pageMetrics[m.Name] == nil && m != metrics.WebSocketConnectionFailures {
		r.t.Errorf("a page has recorded %s", m.Name)
	}
	if m.By(labels) == "" {
		r.t.Errorf("%s {%s}: its first label is empty", m.Name, labels)
	}
	for name, value := range labels.All() {
		if len(value) > 200 || !utf8.ValidString(value) {
			r.t.Errorf("%s: %s of %d bytes, valid %t", m.Name, name, len(value), utf8.ValidString(value))
		}
		if declared, ok := m.Label(name); !ok {
			r.t.Errorf("%s has no label %s", m.Name, name)
		} else if declared.Values != nil && value != metrics.OtherLabel && !slices.Contains(declared.Values, value) {
			r.t.Errorf("%s: %s is %q", m.Name, name, value)
		}
	}
}

// recordedBatches are what Chromium has sent in the tests of this package, one of each kind a line.
func recordedBatches(t testing.TB) []string {
	t.Helper()
	text, err := os.ReadFile("testdata/batches.txt")
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(text)), "\n")
}

// TestRecordedBatches: what pages really send is recorded whole.
func TestRecordedBatches(t *testing.T) {
	pages, err := metrics.NewPageLabeler(nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, batch := range recordedBatches(t) {
		recorder := metrics.NewRecorder("node", time.Now(), metrics.NewRegistry())
		d := NewDecoder(&countingRecorder{Scope: recorder.Scope("s"), t: t}, pages)
		if err := d.Decode(batch); err != nil {
			t.Errorf("%s: %v", batch, err)
		}
		for _, one := range recorder.Snapshot(time.Now()).Series {
			if one.Metric == metrics.SamplesDropped.Name && !strings.Contains(batch, one.Metric) {
				t.Errorf("%s: dropped %s", batch, one.Labels)
			}
		}
	}
}

// FuzzBinding: whatever a page sends through the binding, as often as it likes, what is kept of it is bounded, each byte
// costs a bounded number of steps, and the Result is right.
func FuzzBinding(f *testing.F) {
	batches := recordedBatches(f)
	for i, batch := range batches {
		f.Add(batch, batches[(i+1)%len(batches)], "Failed to load resource: the server responded with a status of 404 (Not Found)", "http://h/a")
	}
	for _, odd := range []string{
		`{"h":[[],["a"],null],"c":null}`, `[]`, `null`, `{"d":7}`, `{"d":"x","n":1e300}`, strings.Repeat(`[`, 5000),
		`{"d":"x","n":-9,"h":[["liveview_diff_bytes","é\ud800",[1e308,-1,1e15,1e-300]]],"c":[["iterations","",1e300]]}`,
		`{"d":"x","n":2,"u":[["image","failed","http://h/a",5,7],["websocket","failed","ws://h/b",1,0],["odd","odd","\u0000",-1,1e300]]}`,
		`{"c":[["http_requests","",9007199254740992],["http_requests","2xx\nxhr",9007199254740992],["http_bytes_received","",1e11]]}`,
		`{"c":[["browser_js_errors","",1],["browser_js_errors","\n",1],["liveload_samples_dropped","made up",9e15]]}`,
		`{"c":[["browser_js_errors","` + strings.Repeat("é", 5000) + `",1]],"h":[["web_vital_cls","/\nreload",[1e-300,0.1,9999,1e5]]]}`,
	} {
		f.Add(odd, odd, `WebSocket connection to 'ws://h/b?c' failed: Error during WebSocket handshake: Unexpected response code: 503`, "")
	}
	f.Fuzz(func(t *testing.T, first, second, entry, url string) {
		pages, err := metrics.NewPageLabeler(nil)
		if err != nil {
			t.Fatal(err)
		}
		start := time.Unix(1e9, 0)
		recorder := metrics.NewRecorder("node", start, metrics.NewRegistry())
		counted := &countingRecorder{Scope: recorder.Scope("s"), t: t}
		d := NewDecoder(counted, pages)
		d.budget = newBudget(func() time.Time { return start }) // which never fills
		all := metrics.NewAggregator(metrics.RunInfo{Start: start, Scenarios: []metrics.ScenarioInfo{{Name: "s"}}})
		bytes := 0
		for second, payload := range []string{first, second, first} {
			d.NoteLog(entry, url)
			d.NoteLog(payload, first)
			_ = d.Decode(payload)
			bytes += len(payload)
			all.Add(recorder.Snapshot(start.Add(time.Duration(second+1) * time.Second)))
		}
		d.Complete()
		if most := bytes + 10; counted.calls > most { // a sample has two bytes at least
			t.Errorf("%d bytes were recorded in %d steps", bytes, counted.calls)
		}
		if n := d.held(); n > mostHeld {
			t.Errorf("%d bytes are kept", n)
		}
		checkResult(t, &all.Results(start.Add(3 * time.Second))[0])
	})
}

func checkResult(t *testing.T, r *metrics.Result) {
	for name, one := range r.Global.Counters {
		checkParts(t, name, one, func(n int64) float64 { return float64(n) })
		for label, column := range r.Global.TimeSeries.Counters[name].By {
			for _, n := range column {
				checkNumber(t, name+" over time of "+label, float64(n))
			}
		}
	}
	for name, one := range r.Global.Histograms {
		checkParts(t, name, one, func(v metrics.HistogramValues) float64 { return float64(v.Count) })
		for _, v := range one.By {
			checkNumber(t, name, v.Sum)
			if size := len(v.Sketch); size > 10_000 {
				t.Errorf("%s: a sketch of %d bytes", name, size)
			}
		}
	}
	if _, err := json.Marshal(r); err != nil { // also for NaN and Inf
		t.Error(err)
	}
}

func checkParts[T any](t *testing.T, name string, one metrics.By[T], number func(T) float64) {
	sum := 0.0
	for _, v := range one.By {
		checkNumber(t, name, number(v))
		sum += number(v)
	}
	if want := number(one.Aggregate); sum != want {
		t.Errorf("%s is %v, but its parts are %v together", name, want, sum)
	}
	if len(one.By) > metrics.MaxLabelSets+1 || len(one.Series) > metrics.MaxLabelSets+20 {
		t.Errorf("%s has %d parts and %d series", name, len(one.By), len(one.Series))
	}
}

func checkNumber(t *testing.T, what string, v float64) {
	if math.IsNaN(v) || math.IsInf(v, 0) || v < 0 {
		t.Errorf("%s: %v", what, v)
	}
}
