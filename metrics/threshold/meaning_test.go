package threshold

import (
	"fmt"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
)

// The tables speak of metrics that exist, and labels of those that have one.
func TestTablesFitTheCatalogue(t *testing.T) {
	registry := metrics.NewRegistry()
	for part, of := range wholes {
		for _, name := range append([]string{part}, of...) {
			if _, ok := registry.Lookup(name); !ok {
				t.Errorf("the whole of %s: there is no metric %s", part, name)
			}
		}
	}
	for name, all := range labels {
		if m, ok := registry.Lookup(name); !ok || len(keysOf(m)) != 1 || len(all) == 0 {
			t.Errorf("the labels of %s are %q, but it is %+v", name, all, m)
		}
	}
	if !passesOrFails(metrics.Checks) || passesOrFails(metrics.Iterations) {
		t.Error("of the two, checks pass or fail")
	}
}

// BenchmarkUpdate is a second of a run with twenty thresholds on metrics with 200 labels each.
func BenchmarkUpdate(b *testing.B) {
	agg := metrics.NewAggregator(metrics.RunInfo{Start: began, Scenarios: []metrics.ScenarioInfo{{Name: "shop"}}})
	rec := metrics.NewRecorder("here", began, metrics.NewRegistry())
	s := rec.Scope("shop")
	for i := range 200 {
		for n := range 50 {
			s.Observe(metrics.LiveViewEventDuration, fmt.Sprint("event-", i), float64(1000*(i+n)))
			s.Observe(metrics.ActionDuration, fmt.Sprint("action-", i), float64(1000*(i+n)))
		}
	}
	state := agg.Add(rec.Snapshot(began.Add(time.Second)))[0].Scenario("shop").State
	var specs []Spec
	for i := range 20 {
		specs = append(specs, Spec{Metric: events, Expression: fmt.Sprintf("p(%d)<1s", 80+i)})
	}
	all, err := CompileAll(specs, "shop", metrics.NewRegistry())
	if err != nil {
		b.Fatal(err)
	}
	w := NewWatch(all)
	for b.Loop() {
		w.Update(state)
	}
}
