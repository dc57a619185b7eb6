package snapshotio

import (
	"bytes"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
)

// valid is a message of one counter, one histogram and one gauge.
func valid() *message {
	var sketch metrics.Sketch
	rec := metrics.NewRecorder("", time.Unix(0, 0), metrics.NewRegistry())
	rec.Scope("buy").Observe(metrics.ActionDuration, metrics.ActionDuration.With("click"), 1000)
	for _, s := range rec.Snapshot(time.Unix(1, 0)).Series {
		sketch = s.Sketch
	}
	queue := metrics.CustomGauge("queue")
	return &message{
		Generation: 1, Seq: 1, To: int64(time.Second), Metrics: []*metrics.Metric{&queue},
		Keys: []key{
			{Scenario: "buy", Metric: "iterations", Kind: metrics.Counter, Labels: metrics.LabelsOf("outcome", "ok")},
			{Scenario: "buy", Metric: "action_duration_us", Kind: metrics.Histogram},
			{Scenario: "buy", Metric: "queue", Kind: metrics.Gauge},
			{Scenario: "buy"},
		},
		Series: []int{0, 0, 0}, Counts: []int64{5}, Sketches: []metrics.Sketch{sketch}, Gauges: [][3]float64{{2, 1, 3}},
		Users: []users{{Key: 3, Started: 1}}, Overflow: []overflow{{Key: 0, Samples: 3}},
		Failures: []metrics.FailureSample{{Scenario: "buy", Class: "timeout"}},
	}
}

func bytesOf(t testing.TB, m *message) []byte {
	t.Helper()
	b, err := encoding.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestDecodeRefuses(t *testing.T) {
	tests := []struct {
		name   string
		change func(*message)
		want   string
	}{
		{"nothing", func(*message) {}, ""},
		{"no generation", func(m *message) { m.Generation = 0 }, "no generation"},
		{"no place", func(m *message) { m.First = -1 }, "no place"},
		{"keys that begin later", func(m *message) { m.First = 1 }, "has not come"},
		{"too many keys", func(m *message) { m.First = maxKeys }, "but 200000 are the most"},
		{"another generation without its beginning", func(m *message) { m.Generation, m.First = 9, 4 }, "generation 9"},
		{"number 0", func(m *message) { m.Seq = 0 }, "its number is 0"},
		{"an absurd number", func(m *message) { m.Seq = math.MaxInt64 }, "its number is 9223372036854775807"},
		{"a start without end", func(m *message) { m.Nanos = 1e9 }, "its start has"},
		{"an end before its beginning", func(m *message) { m.From = m.To + 1 }, "since the start"},
		{"a far future", func(m *message) { m.To = math.MaxInt64 }, "since the start"},
		{"a far past", func(m *message) { m.From = math.MinInt64 }, "since the start"},
		{"another scenario", func(m *message) { m.Keys[0].Scenario = "sell" }, `scenario "sell" does not run`},
		{"a failure of another scenario", func(m *message) { m.Failures[0].Scenario = strings.Repeat("é", 1000) }, "does not run"},
		{"another kind", func(m *message) { m.Keys[0].Kind = metrics.Gauge }, "iterations is a counter, not a gauge"},
		{"an unknown kind", func(m *message) { m.Keys[2].Kind = "heap" }, `unknown kind "heap"`},
		{"a series without a kind", func(m *message) { m.Keys[2].Kind = "" }, "more or fewer values"},
		{"a series without a metric", func(m *message) { m.Series[2] = 1 }, "more or fewer values"},
		{"an absurd name", func(m *message) { m.Keys[2].Metric = "que ue" }, `"que ue" cannot be the name of a metric`},
		{"a key that is missing", func(m *message) { m.Series[2] = 9 }, "has not come"},
		{"a key below all", func(m *message) { m.Series[0] = -1 }, "no key -1"},
		{"a key of users that is missing", func(m *message) { m.Users[0].Key = 9 }, "has not come"},
		{"a key of an overflow that is missing", func(m *message) { m.Overflow[0].Key = math.MaxInt }, "has not come"},
		{"too few counts", func(m *message) { m.Counts = nil }, "more or fewer values"},
		{"a count too much for a gauge", func(m *message) { m.Counts, m.Gauges = []int64{5, 6}, nil }, "more or fewer values"},
		{"an empty sketch", func(m *message) { m.Sketches[0] = "" }, "more or fewer values"},
		{"a damaged sketch", func(m *message) { m.Sketches[0] = m.Sketches[0][:5] }, "decode sketch"},
		{"a negative count", func(m *message) { m.Counts[0] = -1 }, "-1 is no count"},
		{"an absurd count", func(m *message) { m.Counts[0] = math.MaxInt64 }, "is no count"},
		{"negative users", func(m *message) { m.Users[0].Failed = -1 }, "users: -1 is no count"},
		{"a negative overflow", func(m *message) { m.Overflow[0].Samples = -1 }, "overflow of labels"},
		{"a gauge that is no number", func(m *message) { m.Gauges[0][1] = math.NaN() }, "a gauge is NaN"},
		{"an endless gauge", func(m *message) { m.Gauges[0][2] = math.Inf(1) }, "a gauge is +Inf"},
		{"no definition", func(m *message) { m.Metrics[0] = nil }, "is empty"},
		{"a definition without a kind", func(m *message) { m.Metrics[0].Kind = "" }, "unknown kind"},
		{"a definition with an absurd help", func(m *message) { m.Metrics[0].Help = strings.Repeat("x", 501) }, "has 501 bytes"},
		{"a definition with an absurd unit", func(m *message) { m.Metrics[0].Unit = "a b" }, "cannot be the unit"},
		{"a definition with many labels", func(m *message) { m.Metrics[0].Labels = make([]metrics.Label, 17) }, "declares 17 labels"},
		{"a definition with an absurd label", func(m *message) { m.Metrics[0].Labels = []metrics.Label{{Name: "a b"}} }, `"a b" cannot be the name`},
		{"a definition with many values", func(m *message) { m.Metrics[0].Labels = []metrics.Label{{Name: "a", Values: make([]string, 201)}} }, "lists 201 values"},
		{"an absurd message", func(m *message) { m.Failures[0].ReasonInspect = strings.Repeat("x", 10_001) }, "a message of 10001 bytes"},
		{"an absurd stack", func(m *message) { m.Failures[0].Stacktrace = make([]string, 201) }, "201 lines of stack"},
		{"an absurd class", func(m *message) { m.Failures[0].Class = strings.Repeat("x", 2001) }, "has 2001 bytes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := valid()
			tt.change(m)
			d := NewDecoder("one", "buy")
			_, err := d.Decode(bytesOf(t, m))
			switch {
			case tt.want == "" && err != nil:
				t.Error(err)
			case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), "node one")):
				t.Errorf("%v, want %q in it", err, tt.want)
			case len(text(err)) > 600:
				t.Errorf("the error has %d bytes", len(err.Error()))
			}
			if s, err := d.Decode(bytesOf(t, valid())); err != nil || len(s.Series) != 3 {
				t.Errorf("a right message after it: %v", err)
			}
		})
	}
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// TestKeysDoNotChange: a number means the same as long as its generation lasts.
func TestKeysDoNotChange(t *testing.T) {
	d := NewDecoder("one", "buy")
	if _, err := d.Decode(bytesOf(t, valid())); err != nil {
		t.Fatal(err)
	}
	other := valid()
	other.Keys[0].Labels = metrics.LabelsOf("outcome", "failed")
	if _, err := d.Decode(bytesOf(t, other)); err == nil || !strings.Contains(err.Error(), "key 0 is not what it was") {
		t.Error(err)
	}
}

func TestDecodeRefusesEveryCut(t *testing.T) {
	whole := bytesOf(t, valid())
	for n := range whole {
		if _, err := NewDecoder("one", "buy").Decode(whole[:n]); err == nil {
			t.Fatalf("%d of %d bytes were accepted", n, len(whole))
		}
	}
	if _, err := NewDecoder("one", "buy").Decode(append(bytes.Clone(whole), 0)); err == nil {
		t.Error("a byte too much was accepted")
	}
	if _, err := NewDecoder("one", "buy").Decode(make([]byte, MaxSize+1)); err == nil || !strings.Contains(err.Error(), "but 8388608 are the most") {
		t.Errorf("too many bytes: %v", err)
	}
}

// FuzzDecode: what is accepted is the same after another journey, and an Aggregator copes with it.
func FuzzDecode(f *testing.F) {
	f.Add(bytesOf(f, valid()))
	small := valid()
	small.Series, small.Counts, small.Sketches, small.Gauges = nil, nil, nil, nil
	f.Add(bytesOf(f, small))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := NewDecoder("one", "buy").Decode(b)
		if err != nil {
			return
		}
		again, err := NewEncoder().Encode(s)
		if err != nil {
			t.Fatalf("what was decoded cannot be encoded: %v", err)
		}
		if back, err := NewDecoder("one", "buy").Decode(again); err != nil || len(back.Series) != len(s.Series) || !back.To.Equal(s.To) {
			t.Fatalf("%+v, %v after another journey, before %+v", back, err, s)
		}
		agg := metrics.NewAggregator(metrics.RunInfo{Start: s.Start, Nodes: []string{"one"}, Scenarios: []metrics.ScenarioInfo{{Name: "buy"}}})
		agg.Add(s)
		agg.Finish()
		agg.Results(s.Start)
	})
}
