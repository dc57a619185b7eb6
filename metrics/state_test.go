package metrics_test

import (
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
)

// A State adds up nodes and the labels that are asked for, with what nodes measured about themselves.
func TestStateTotal(t *testing.T) {
	agg := newRun("buy", "browse")
	queue := &metrics.Metric{Name: "queue", Kind: metrics.Gauge}
	for i, name := range []string{"a", "b"} {
		n := newNode(name, agg)
		s := n.Scope("buy")
		observe(s, metrics.LiveViewEventDuration, "inc", 10, 20)
		observe(s, metrics.LiveViewEventDuration, "save", 40)
		s.Add(metrics.Iterations, metrics.Iterations.With("ok"), 3)
		s.SetGauge(queue, metrics.LabelsOf("shop", name), float64(5-i))
		n.Scope(metrics.NodeScope).Observe(metrics.GeneratorCPUPercent, metrics.GeneratorCPUPercent.With(name), 50)
		n.report(2 * time.Second)
	}
	intervals := agg.Finish()
	buy, browse := intervals[0].Scenario("buy").State, intervals[0].Scenario("browse").State
	total := buy.Total("liveview_event_duration_us", func(l metrics.Labels) bool { return l.Get("event") == "inc" })
	if total.Count != 4 || total.Values.Sum() != 60 || total.Values.Max() != 20 {
		t.Errorf("inc: %d values, sum %v; want 4 and 60", total.Count, total.Values.Sum())
	}
	if total := buy.Total("liveview_event_duration_us", metrics.AllLabels); total.Count != 6 || total.Values.Max() != 40 {
		t.Errorf("all events: %+v, want 6 up to 40", total)
	}
	if total := buy.Total("iterations", metrics.AllLabels); total.Count != 6 || total.Values != "" || buy.Count(metrics.Iterations) != 6 {
		t.Errorf("iterations: %+v, want 6", total)
	}
	if g := buy.Total("queue", metrics.AllLabels).Gauge; g == nil || *g != (metrics.GaugeValue{Last: 5, Min: 4, Max: 5}) {
		t.Errorf("queue: %+v, want 5 between 4 and 5", g)
	}
	if total := browse.Total("generator_cpu_percent", func(l metrics.Labels) bool { return l.Get("node") == "b" }); total.Count != 1 {
		t.Errorf("the other scenario's CPU of node b: %+v, want one value", total)
	}
	if total := browse.Total("iterations", metrics.AllLabels); total != (metrics.Total{}) {
		t.Errorf("iterations of the other scenario: %+v, want none", total)
	}
	if buy.Elapsed != 2*time.Second {
		t.Errorf("Elapsed = %v, want 2s", buy.Elapsed)
	}
}

func TestStateHasTotalAndRecent(t *testing.T) {
	agg := newRun("buy", "browse")
	n := newNode("a", agg)
	n.Scope("buy").UserStarted()
	for s := 1; s <= 30; s++ {
		observe(n.Scope("buy"), metrics.LiveViewEventDuration, "inc", float64(1000*s))
		n.Scope("buy").Add(metrics.Iterations, metrics.Iterations.With("ok"), 2)
		n.report(time.Duration(s) * time.Second)
	}
	buy := n.state(t, "buy")
	if buy.Elapsed != 30*time.Second || buy.Active != 1 || buy.Count(metrics.Iterations) != 60 || buy.Rate != 2 {
		t.Errorf("elapsed %s, %d active, %d iterations at %v/s; want 30s, 1, 60, 2", buy.Elapsed, buy.Active, buy.Count(metrics.Iterations), buy.Rate)
	}
	total, recent := buy.Total("liveview_event_duration_us", metrics.AllLabels).Values, buy.RecentValues(metrics.LiveViewEventDuration)
	if total.Count() != 30 || total.Quantile(0.5) > 16_000 || total.Max() != 30_000 {
		t.Errorf("total %d up to %v", total.Count(), total.Max())
	}
	if recent.Count() != 10 || recent.Quantile(0.5) < 24_000 {
		t.Errorf("recent %d, p50 %v", recent.Count(), recent.Quantile(0.5))
	}
	if browse := n.state(t, "browse"); browse.Count(metrics.Iterations) != 0 || browse.RecentValues(metrics.LiveViewEventDuration).Count() != 0 {
		t.Errorf("second scenario: %+v", browse)
	}
}

// TestScenarioElapsed: a scenario's own time begins with its start time, and ends when its time is over or its users are gone.
func TestScenarioElapsed(t *testing.T) {
	agg := metrics.NewAggregator(metrics.RunInfo{Start: began, Scenarios: []metrics.ScenarioInfo{
		{Name: "late", StartTime: 4 * time.Second, Duration: 10 * time.Second},
		{Name: "short", Duration: 2 * time.Second},
		{Name: "shared"}, // its end is not planned
	}})
	n := newNode("a", agg)
	want := func(at string, late, short, shared time.Duration) {
		t.Helper()
		for name, want := range map[string]time.Duration{"late": late, "short": short, "shared": shared} {
			if got := n.state(t, name).ScenarioElapsed; got != want*time.Second {
				t.Errorf("%s: %s has lasted %v, want %v", at, name, got, want*time.Second)
			}
		}
	}
	n.Scope("short").UserStarted()
	n.Scope("shared").UserStarted()
	n.report(3 * time.Second)
	want("a user is longer there than planned, and another one calculates", 0, 3, 3)
	n.Scope("short").UserEnded(false)
	n.report(5 * time.Second)
	n.Scope("shared").Add(metrics.Iterations, metrics.Iterations.With("ok"), 1)
	n.Scope("shared").UserEnded(false)
	n.report(7 * time.Second)
	n.report(15 * time.Second)
	want("at last", 6, 3, 7)
}

// TestScenarioElapsedOfAStoppedOne: what was stopped goes by the time until then, however long others go on.
func TestScenarioElapsedOfAStoppedOne(t *testing.T) {
	agg := metrics.NewAggregator(metrics.RunInfo{Start: began, Scenarios: []metrics.ScenarioInfo{
		{Name: "stopped", Duration: time.Minute},
		{Name: "before", StartTime: 20 * time.Second, Duration: time.Minute},
		{Name: "open"},
	}})
	n := newNode("a", agg)
	n.Scope("stopped").UserStarted()
	n.report(3 * time.Second)
	for _, name := range []string{"stopped", "before", "open"} {
		agg.Stopped(name, 3*time.Second)
	}
	n.report(4 * time.Second)
	if got := n.state(t, "stopped").ScenarioElapsed; got != 4*time.Second {
		t.Errorf("while the last iteration runs: %v, want 4s", got)
	}
	n.Scope("stopped").UserEnded(false)
	n.report(5 * time.Second)
	n.report(40 * time.Second)
	if stopped, before := n.state(t, "stopped").ScenarioElapsed, n.state(t, "before").ScenarioElapsed; stopped != 4*time.Second || before != 0 {
		t.Errorf("at last: %v and %v, want 4s, and nothing of what never began", stopped, before)
	}
}
