package report

import (
	"strings"
	"testing"

	"github.com/liveload/liveload/metrics"
)

func iterations(ok, failed int64) metrics.ScenarioResult {
	counters := map[string]metrics.CounterBy{"iterations": {Aggregate: ok + failed, By: map[string]int64{"ok": ok, "failed": failed}}}
	if failed > 0 {
		counters["iteration_failures"] = metrics.CounterBy{Aggregate: failed, By: map[string]int64{"wait timeout": failed}}
	}
	return metrics.ScenarioResult{Counters: counters}
}

func TestVerdict(t *testing.T) {
	met := metrics.ThresholdOutcome{Metric: "iterations", Expression: "count>0", OK: true, Value: new(5.0)}
	unmet := metrics.ThresholdOutcome{Metric: "iterations", Expression: "count>9", Value: new(5.0)}
	fine := metrics.Result{Name: "fine", Global: iterations(5, 0)}
	with := func(r metrics.Result, outcomes ...metrics.ThresholdOutcome) metrics.Result {
		r.Thresholds = outcomes
		return r
	}
	held := &metrics.Limit{Held: new(8.0), Statement: "The application held 8 users.", Steps: []metrics.LimitStep{{Load: 8, Text: "8 users", Held: true}}}
	tests := []struct {
		results []metrics.Result
		want    string
	}{
		{[]metrics.Result{fine}, "finished: Finished. Nothing failed, and no threshold was set."},
		{[]metrics.Result{{Name: "some", Global: iterations(5, 2)}}, "troubled: Finished with failures. No threshold says how many are too many. | 2 iterations failed"},
		{[]metrics.Result{with(fine, met)}, "passed: Passed. The threshold was met."},
		{[]metrics.Result{with(fine, met, met)}, "passed: Passed. All 2 thresholds were met."},
		{[]metrics.Result{with(metrics.Result{Global: iterations(5, 2)}, met)}, "passed: Passed. The threshold was met. | 2 iterations failed"},
		{[]metrics.Result{with(fine, met), with(fine, unmet)}, "failed: Failed. 1 of 2 thresholds not met. | fine: "},
		{[]metrics.Result{fine, {Name: "broken", Error: "no file"}}, "failed: Failed. 1 of 2 scenarios could not run. | broken: no file"},
		{[]metrics.Result{{Name: "none", Global: iterations(0, 3)}}, "failed: Failed. No iteration of none succeeded. | 3 iterations failed"},
		{[]metrics.Result{{Name: "empty"}}, "failed: Failed. Nothing was measured of empty: no iteration has ended."},
		{[]metrics.Result{{Name: "empty", Interrupted: true}}, "troubled: Interrupted. Somebody ended the run before its end."},
		{[]metrics.Result{{Name: "search", Limit: held}}, "passed: 8 users held. The application held 8 users."},
		{[]metrics.Result{{Name: "search", Limit: &metrics.Limit{}}}, "failed: Failed. Not even the first load held."},
	}
	for _, tt := range tests {
		v := verdict(tt.results)
		got := string(v.State) + ": " + v.Title + ". " + v.Why
		if len(v.More) > 0 {
			got += " | " + strings.Join(v.More, " | ")
		}
		if !strings.HasPrefix(got, tt.want) {
			t.Errorf("the verdict is\n%s, want\n%s", got, tt.want)
		}
	}
}
