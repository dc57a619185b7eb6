package metrics_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/metricstest"
)

// TestLimitGolden: what a search has found is in the Result of its scenario, and nowhere else.
func TestLimitGolden(t *testing.T) {
	held, broke, slow := 8.0, 9.0, 412_000.0
	limit := &metrics.Limit{
		Of: metrics.LimitOfUsers, Held: &held, Broke: &broke, By: metrics.LimitApplication, Complete: true,
		Statement: "The application held 8 users; at 9, p(95) of action_duration_us was 412 ms, over 250 ms.",
		Steps: []metrics.LimitStep{
			{Load: 8, Text: "8 users", Held: true, Thresholds: []metrics.ThresholdOutcome{}, FromMS: 10_000, ToMS: 40_000},
			{Load: 9, Text: "9 users", By: metrics.LimitApplication, Reasons: []string{"p(95) of action_duration_us was 412 ms, over 250 ms"},
				Thresholds: []metrics.ThresholdOutcome{{Metric: "action_duration_us", Expression: "p(95)<250ms", Unit: metrics.Microseconds, Value: &slow}}, FromMS: 50_000, ToMS: 80_000},
		},
	}
	results := newRun("buy", "browse").Results(began.Add(time.Second))
	results[0].Limit = limit
	var file bytes.Buffer
	if err := metrics.WriteResults(&file, results); err != nil {
		t.Fatal(err)
	}
	back, err := metrics.ReadResults(&file)
	if err != nil || back[1].Limit != nil {
		t.Fatalf("ReadResults = %v, limit of the second %+v", err, back[1].Limit)
	}
	if !reflect.DeepEqual(back[0].Limit.HeldStep(), &limit.Steps[0]) || !reflect.DeepEqual(back[0].Limit.BrokenStep(), &limit.Steps[1]) {
		t.Errorf("held %+v, broke %+v", back[0].Limit.HeldStep(), back[0].Limit.BrokenStep())
	}
	got, err := json.MarshalIndent(back[0].Limit, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	metricstest.Golden(t, "testdata/limit.json", got)
}

// TestHealthOfNow is that of the Result.
func TestHealthOfNow(t *testing.T) {
	agg := newRun("buy")
	n := newNode("a", agg)
	n.report(time.Second)
	for range 5 {
		n.Scope(metrics.NodeScope).Observe(metrics.GeneratorCPUPercent, metrics.GeneratorCPUPercent.With("a"), 99)
	}
	n.report(5 * time.Second)
	if h := n.told[0].Health; h.Saturated {
		t.Errorf("at first: %+v", h)
	}
	if h := n.told[1].Health; !h.Saturated || !reflect.DeepEqual(h, agg.Results(began)[0].Health) {
		t.Errorf("Health = %+v", h)
	}
}
