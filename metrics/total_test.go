package metrics_test

import (
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
)

// A Total adds up nodes and the labels that are asked for, with what nodes measured about themselves.
func TestTotal(t *testing.T) {
	agg := newRun("buy", "browse")
	queue := &metrics.Metric{Name: "queue", Kind: metrics.Gauge}
	for i, name := range []string{"a", "b"} {
		n := newNode(name, agg)
		s := n.Scope("buy")
		observe(s, metrics.LiveViewEventDuration, "inc", 10, 20)
		observe(s, metrics.LiveViewEventDuration, "save", 40)
		s.Add(metrics.Iterations, "ok", 3)
		s.SetGauge(queue, name, float64(5-i))
		n.Scope(metrics.NodeScope).Observe(metrics.GeneratorCPUPercent, name, 50)
		n.report(2 * time.Second)
	}
	all := func(string) bool { return true }
	total := agg.Total("buy", "liveview_event_duration_us", func(label string) bool { return label == "inc" })
	if total.Count != 4 || total.Values.Sum() != 60 || total.Values.Max() != 20 {
		t.Errorf("inc: %d values, sum %v; want 4 and 60", total.Count, total.Values.Sum())
	}
	if total := agg.Total("buy", "liveview_event_duration_us", all); total.Count != 6 || total.Values.Max() != 40 {
		t.Errorf("all events: %+v, want 6 up to 40", total)
	}
	if total := agg.Total("buy", "iterations", all); total.Count != 6 || total.Values != nil {
		t.Errorf("iterations: %+v, want 6", total)
	}
	if g := agg.Total("buy", "queue", all).Gauge; g == nil || *g != (metrics.GaugeValue{Last: 5, Min: 4, Max: 5}) {
		t.Errorf("queue: %+v, want 5 between 4 and 5", g)
	}
	if total := agg.Total("browse", "generator_cpu_percent", func(label string) bool { return strings.HasPrefix(label, "b") }); total.Count != 1 {
		t.Errorf("the other scenario's CPU of node b: %+v, want one value", total)
	}
	if total := agg.Total("browse", "iterations", all); total != (metrics.Total{}) {
		t.Errorf("iterations of the other scenario: %+v, want none", total)
	}
	if agg.Elapsed() != 2*time.Second {
		t.Errorf("Elapsed = %v, want 2s", agg.Elapsed())
	}
}

// TestElapsedOf: a scenario's own time begins with its start time, and ends when its time is over or its users are gone.
func TestElapsedOf(t *testing.T) {
	agg := metrics.NewAggregator(metrics.RunInfo{Start: began, Scenarios: []metrics.ScenarioInfo{
		{Name: "late", StartTime: 4 * time.Second, Duration: 10 * time.Second},
		{Name: "short", Duration: 2 * time.Second},
		{Name: "shared"}, // its end is not planned
	}})
	n := newNode("a", agg)
	want := func(at string, late, short, shared time.Duration) {
		t.Helper()
		for name, want := range map[string]time.Duration{"late": late, "short": short, "shared": shared} {
			if got := agg.ElapsedOf(name); got != want*time.Second {
				t.Errorf("%s: ElapsedOf(%s) = %v, want %v", at, name, got, want*time.Second)
			}
		}
	}
	want("at first", 0, 0, 0)
	n.Scope("short").UserStarted()
	n.Scope("shared").UserStarted()
	n.report(3 * time.Second)
	want("a user is longer there than planned, and another one calculates", 0, 3, 3)
	n.Scope("short").UserEnded(false)
	n.report(5 * time.Second)
	n.Scope("shared").Add(metrics.Iterations, "ok", 1)
	n.Scope("shared").UserEnded(false)
	n.report(7 * time.Second)
	n.report(15 * time.Second)
	want("at last", 6, 3, 7)
}

// TestElapsedOfAStoppedScenario: what was stopped goes by the time until then, however long others go on.
func TestElapsedOfAStoppedScenario(t *testing.T) {
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
	if got := agg.ElapsedOf("stopped"); got != 4*time.Second {
		t.Errorf("while the last iteration runs: %v, want 4s", got)
	}
	n.Scope("stopped").UserEnded(false)
	n.report(5 * time.Second)
	n.report(40 * time.Second)
	if stopped, before := agg.ElapsedOf("stopped"), agg.ElapsedOf("before"); stopped != 4*time.Second || before != 0 {
		t.Errorf("at last: %v and %v, want 4s, and nothing of what never began", stopped, before)
	}
}

func TestThresholdsAreLiveAndInTheResult(t *testing.T) {
	agg := newRun("buy", "browse")
	value := 12.0
	agg.SetThresholds("buy", []metrics.ThresholdOutcome{{Metric: "iterations", Expression: "count>5", OK: true, Value: &value}})
	live, results := agg.Live().Scenarios, agg.Results(began)
	if len(live[0].Thresholds) != 1 || len(results[0].Thresholds) != 1 || *results[0].Thresholds[0].Value != 12 {
		t.Errorf("live %+v, Result %+v; want the threshold in both", live[0].Thresholds, results[0].Thresholds)
	}
	if len(live[1].Thresholds) != 0 || results[1].Thresholds == nil || len(results[1].Thresholds) != 0 {
		t.Errorf("the other scenario has %+v and %+v, want an empty list", live[1].Thresholds, results[1].Thresholds)
	}
}
