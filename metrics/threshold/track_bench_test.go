package threshold

import (
	"fmt"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
)

// BenchmarkUpdate is a second of a run with twenty thresholds on metrics with 200 labels each.
func BenchmarkUpdate(b *testing.B) {
	agg := metrics.NewAggregator(metrics.RunInfo{Start: began, Scenarios: []metrics.ScenarioInfo{{Name: "shop"}}})
	rec := metrics.NewRecorder("here", began, metrics.NewRegistry())
	s := rec.Scope("shop")
	for i := range 200 {
		for n := range 50 {
			s.Observe(metrics.LiveViewEventDuration, metrics.LiveViewEventDuration.With(fmt.Sprint("event-", i)), float64(1000*(i+n)))
			s.Observe(metrics.ActionDuration, metrics.ActionDuration.With(fmt.Sprint("action-", i)), float64(1000*(i+n)))
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
	w := NewTracker(all)
	for b.Loop() {
		w.Update(state)
	}
}
