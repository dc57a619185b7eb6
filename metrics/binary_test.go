package metrics

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"
)

func TestUnmarshalSketchRefusesCoarseBins(t *testing.T) {
	coarse := sumOf(seriesCoarse, SketchOf([]float64{1, 2}))
	if err := coarse.UnmarshalBinary([]byte(coarse)); err == nil {
		t.Error("a sketch with coarse bins is accepted")
	}
}

// FuzzUnmarshalLabels: what is accepted is a set that LabelsOf makes.
func FuzzUnmarshalLabels(f *testing.F) {
	f.Add([]byte(LabelsOf("event", "inc", "page", "/counter").packed))
	f.Add([]byte("\x01\x01ab\x01\x01ac"))
	f.Fuzz(func(t *testing.T, b []byte) {
		var l Labels
		if l.UnmarshalBinary(b) != nil {
			return
		}
		var set labelSet
		for name, value := range l.All() {
			set.put(name, value)
		}
		if set.labels() != l {
			t.Errorf("%q is %q", l.packed, set.labels().packed)
		}
	})
}

func TestUnmarshalKindRefuses(t *testing.T) {
	var m Metric
	if err := json.Unmarshal([]byte(`{"name":"a","kind":"heap"}`), &m); err == nil || !strings.Contains(err.Error(), `"heap" is no kind of metric`) {
		t.Error(err)
	}
	if err := json.Unmarshal([]byte(`{"name":"a","kind":"gauge"}`), &m); err != nil || m.Kind != Gauge {
		t.Error(m, err)
	}
}

func TestCatalogueIsRight(t *testing.T) {
	for _, m := range Catalogue() {
		if err := m.Check(); err != nil {
			t.Error(err)
		}
	}
}

// TestSnapshotsWithAbsurdNumbers do not count, and cost nothing.
func TestSnapshotsWithAbsurdNumbers(t *testing.T) {
	start := time.Unix(0, 0)
	agg := NewAggregator(RunInfo{Start: start, Scenarios: []ScenarioInfo{{Name: "buy"}}})
	for n, seq := range []int64{1, math.MaxInt64, 1 << 31, 3700, 0, -1, math.MinInt64, 2} {
		agg.Add(&Snapshot{Node: "a", Seq: seq, Start: start, From: start, To: start.Add(time.Duration(n) * time.Second),
			Series: []Series{{Scenario: "buy", Metric: Iterations.Name, Count: 1}}})
	}
	agg.Finish()
	r := agg.Results(start)[0]
	if n := r.Global.Counters[Iterations.Name].Aggregate; n != 2 {
		t.Errorf("%d iterations count, want those of 2 snapshots", n)
	}
	if notes := strings.Join(r.Health.Notes, "\n"); !strings.Contains(notes, "3 snapshots of node a do not count") {
		t.Errorf("notes: %s", notes)
	}
}
