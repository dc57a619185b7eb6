package metrics

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// TestCountersStayFull: a counter that is as large as it can be never becomes negative, its parts and its sum agree, and
// the Result says it.
func TestCountersStayFull(t *testing.T) {
	start := time.Now()
	recorder, all := NewRecorder("node", start, NewRegistry()), NewAggregator(RunInfo{Start: start, Scenarios: []ScenarioInfo{{Name: "s"}}})
	for second := range 1100 {
		recorder.Scope("s").Add(BrowserJSErrors, BrowserJSErrors.With("a"), MaxCount)
		recorder.Scope("s").Add(BrowserJSErrors, BrowserJSErrors.With("a"), 1)
		all.Add(recorder.Snapshot(start.Add(time.Duration(second+1) * time.Second)))
	}
	result := all.Results(start.Add(1100 * time.Second))[0]
	one := result.Global.Counters[BrowserJSErrors.Name]
	if one.Aggregate != MaxCount || one.By["a"] != MaxCount {
		t.Errorf("counted %d, and %d of the only message: want %d", one.Aggregate, one.By["a"], int64(MaxCount))
	}
	for label, column := range result.Global.TimeSeries.Counters[BrowserJSErrors.Name].By {
		if slices.Min(column) < 0 {
			t.Errorf("%s over time: %v", label, column)
		}
	}
	if notes := strings.Join(result.Health.Notes, "\n"); !strings.Contains(notes, "browser_js_errors has counted as far as it can") {
		t.Errorf("health says %q", notes)
	}
}

// TestSketchesAreBounded: whatever the values are, a distribution has a bounded number of bins, and sums are finite.
func TestSketchesAreBounded(t *testing.T) {
	var values []float64
	for v := 1e-300; v <= maxValue; v *= 1.01 {
		values = append(values, v)
	}
	s := SketchOf(append(values, 0, maxValue))
	if len(s) > 10_000 || s.Count() != int64(len(values)+2) || s.Max() != maxValue {
		t.Errorf("%d bytes for %d values up to %g", len(s), s.Count(), s.Max())
	}
	if again, err := DecodeSketch(s.Encode()); err != nil || again != s {
		t.Errorf("decoded: %v", err)
	}
}

// TestRoomOfShards: after many values in many series little memory is kept for the next ones.
func TestRoomOfShards(t *testing.T) {
	s := newScope("s", time.Now(), 1, &cleaner{})
	for n := range 200 * 4 * mostValues {
		s.Observe(LiveViewEventDuration, LiveViewEventDuration.With(string(rune('a'+n%200))), float64(n))
	}
	room := func() (n int) {
		for _, one := range s.shards[0].series {
			n += cap(one.values)
		}
		return n
	}
	if n := room(); n > 4*mostRoom {
		t.Errorf("room for %d values while they come", n)
	}
	snap := &Snapshot{}
	s.collect(snap)
	if n := room(); n > mostRoom {
		t.Errorf("room for %d values afterwards", n)
	}
	count := int64(0)
	for _, one := range snap.Series {
		count += one.Sketch.Count()
	}
	if count != 200*4*mostValues {
		t.Errorf("%d values, want %d", count, 200*4*mostValues)
	}
}
