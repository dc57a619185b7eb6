package report_test

import (
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/report"
)

// runOf is a run with a threshold, of which a few seconds are over.
func runOf(outcome ...metrics.ThresholdOutcome) []metrics.Result {
	began := time.Unix(1_780_000_000, 0)
	agg := metrics.NewAggregator(metrics.RunInfo{Start: began, Scenarios: []metrics.ScenarioInfo{{Name: "buy"}}})
	node := metrics.NewRecorder("here", began, metrics.NewRegistry())
	node.Scope("buy").Add(metrics.Iterations, metrics.Iterations.With("ok"), 1)
	agg.Add(node.Snapshot(began.Add(time.Second)))
	results := agg.Results(began.Add(time.Second))
	results[0].Thresholds = append(results[0].Thresholds, outcome...)
	return results
}

// TestStanding: while a run goes on nothing is judged, but for what is not as it was promised.
func TestStanding(t *testing.T) {
	value := 3.0
	slow := metrics.ThresholdOutcome{Metric: "iteration_duration_us", Expression: "p(95)<1ms", Unit: "us", Value: &value}
	met, open := slow, slow
	met.OK, open.Value = true, nil
	failing := runOf()
	failing[0].Global.Counters[metrics.IterationFailures.Name] = metrics.CounterBy{Aggregate: 2}
	for _, c := range []struct {
		results    []metrics.Result
		title, why string
	}{
		{nil, "Getting ready", "Nothing has been measured yet."},
		{runOf(), "So far, so good", "Nothing has failed."},
		{runOf(open), "So far, so good", "Nothing has failed."},
		{runOf(open, met), "So far, so good", "Nothing has failed, and all thresholds are met."},
		{runOf(slow, met, open), "Not as promised so far", "1 of 2 thresholds not met."},
		{failing, "Something fails", "The run goes on."},
	} {
		d := report.SoFar(c.results)
		if v := d.Verdict; v.State != report.Running || v.Title != c.title || v.Why != c.why || d.Kind != report.Dashboard {
			t.Errorf("%s %+v, want %q, %q", d.Kind, v, c.title, c.why)
		}
		for _, s := range d.Scenarios {
			if s.Verdict.State != report.Running {
				t.Errorf("%s is %s", s.Name, s.Verdict.State)
			}
		}
	}
}

// TestListsAreNeverNull: pages ask for their length.
func TestListsAreNeverNull(t *testing.T) {
	for _, d := range []report.Data{report.SoFar(nil), report.SoFar(runOf()), report.FromResults(runOf())} {
		var text strings.Builder
		if err := report.Encode(&text, d); err != nil {
			t.Fatal(err)
		}
		rest := strings.ReplaceAll(text.String(), `"first_failure":null`, "")
		if i := strings.Index(rest, "null"); i >= 0 {
			t.Errorf("there is a null: %s", rest[max(0, i-60):min(len(rest), i+20)])
		}
	}
}
