package verdict_test

import (
	"slices"
	"testing"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/verdict"
)

// ran is a scenario of which so many iterations succeeded and failed.
func ran(name string, ok, failed int64) metrics.Result {
	return metrics.Result{Name: name, Global: metrics.ScenarioResult{
		Users: metrics.UserTotals{Total: 5, Succeeded: 5},
		Counters: map[string]metrics.CounterBy{
			"iterations":         {Aggregate: ok + failed, By: map[string]int64{"ok": ok, "failed": failed}},
			"iteration_failures": {Aggregate: failed, By: map[string]int64{"error": failed}},
		},
	}}
}

func with(r metrics.Result, change func(*metrics.Result)) metrics.Result {
	change(&r)
	return r
}

// permitted is a scenario of which a share may fail.
func permitted(r metrics.Result, share float64) metrics.Result {
	r.FailureLimit = &metrics.FailureLimit{Share: share, Users: true}
	return r
}

func allUsersFailed(r *metrics.Result) { r.Global.Users = metrics.UserTotals{Total: 5, Failed: 5} }

func promised(r metrics.Result, outcomes ...bool) metrics.Result {
	for _, ok := range outcomes {
		r.Thresholds = append(r.Thresholds, metrics.ThresholdOutcome{Metric: "step_duration_us", Expression: "p(95)<250ms", Unit: metrics.Microseconds, OK: ok, Value: new(412_000.0)})
	}
	return r
}

func TestOf(t *testing.T) {
	interrupt := func(r *metrics.Result) { r.Interrupted = true }
	search := func(held *float64) func(*metrics.Result) {
		return func(r *metrics.Result) {
			r.Limit = &metrics.Limit{Held: held, Statement: "The application held 8 users.", Steps: []metrics.LimitStep{{Load: 8, Text: "8 users", Held: held != nil}}}
		}
	}
	troubled := func(r *metrics.Result) {
		r.Global.Counters["http_requests"] = metrics.CounterBy{Aggregate: 9, Series: []metrics.LabelledValue[int64]{{Labels: metrics.HTTPRequests.With("5xx", "fetch", "503"), Value: 2}}}
		r.Global.Counters["checks"] = metrics.CounterBy{Aggregate: 1200, Series: []metrics.LabelledValue[int64]{{Labels: metrics.Checks.With("cart", "fail"), Value: 1100}, {Labels: metrics.Checks.With("cart", "pass"), Value: 100}}}
	}
	for _, tt := range []struct {
		name  string
		of    []metrics.Result
		state verdict.State
		says  string
		more  []string
	}{
		{"nothing ran", nil, verdict.Failed, "Failed. No scenario has run.", nil},
		{"fine", []metrics.Result{ran("a", 9, 0)}, verdict.Finished, "Finished. Nothing failed, and no threshold was set.", nil},
		{"some failed", []metrics.Result{ran("a", 9, 3)}, verdict.Troubled, "Finished with failures. No threshold says how many are too many.", []string{"3 of 12 iterations failed"}},
		{"requests and checks failed", []metrics.Result{with(ran("a", 9, 0), troubled)}, verdict.Troubled, "Finished with failures. No threshold says how many are too many.",
			[]string{"2 requests failed", "1 100 of 1 200 checks failed"}},
		{"all failed", []metrics.Result{ran("a", 0, 3)}, verdict.Failed, "Failed. No iteration succeeded.", []string{"3 of 3 iterations failed"}},
		{"one of two scenarios failed whole", []metrics.Result{ran("a", 3, 0), ran("b", 0, 3)}, verdict.Failed, "Failed. No iteration of b succeeded.", []string{"b: 3 of 3 iterations failed"}},
		{"half failed", []metrics.Result{permitted(ran("a", 9, 9), 0.5)}, verdict.Troubled, "Finished with failures. No threshold says how many are too many.", []string{"9 of 18 iterations failed"}},
		{"more than half failed", []metrics.Result{permitted(ran("a", 9, 10), 0.5)}, verdict.Failed, "Failed. 10 of 19 iterations failed, more than 50 %.", []string{"10 of 19 iterations failed"}},
		{"as many as may", []metrics.Result{permitted(ran("a", 71, 29), 0.29)}, verdict.Troubled, "Finished with failures. No threshold says how many are too many.", []string{"29 of 100 iterations failed"}},
		{"any failure is too many", []metrics.Result{permitted(ran("a", 999, 1), 0), ran("b", 1, 0)}, verdict.Failed, "Failed. a: 1 of 1 000 iterations failed, more than 0 %.", []string{"a: 1 of 1 000 iterations failed"}},
		{"all users failed", []metrics.Result{with(permitted(ran("a", 900, 5), 0.025), allUsersFailed)}, verdict.Failed, "Failed. 5 of 5 users failed, more than 2.5 %.", []string{"5 of 905 iterations failed"}},
		{"all users failed, and were replaced", []metrics.Result{with(with(permitted(ran("a", 900, 5), 0.5), allUsersFailed), func(r *metrics.Result) { r.FailureLimit.Users = false })}, verdict.Troubled,
			"Finished with failures. No threshold says how many are too many.", []string{"5 of 905 iterations failed"}},
		{"met, and too many failures", []metrics.Result{permitted(promised(ran("a", 1, 2), true), 0.5)}, verdict.Failed, "Failed. 2 of 3 iterations failed, more than 50 %.", []string{"2 of 3 iterations failed"}},
		{"interrupted with too many failures", []metrics.Result{with(permitted(ran("a", 1, 2), 0.5), interrupt)}, verdict.Failed, "Failed. 2 of 3 iterations failed, more than 50 %.", []string{"2 of 3 iterations failed"}},
		{"met", []metrics.Result{promised(ran("a", 9, 0), true)}, verdict.Passed, "Passed. The threshold was met.", nil},
		{"met, and failures", []metrics.Result{promised(ran("a", 9, 1), true, true)}, verdict.Passed, "Passed. All 2 thresholds were met.", []string{"1 of 10 iterations failed"}},
		{"not met", []metrics.Result{promised(ran("a", 9, 1), true, false)}, verdict.Failed, "Failed. 1 of 2 thresholds was not met.",
			[]string{"p(95) of step_duration_us was 412 ms, over 250 ms", "1 of 10 iterations failed"}},
		{"the only one not met", []metrics.Result{promised(ran("a", 9, 0), false)}, verdict.Failed, "Failed. The threshold was not met.", []string{"p(95) of step_duration_us was 412 ms, over 250 ms"}},
		{"not judged", []metrics.Result{with(ran("a", 9, 0), func(r *metrics.Result) {
			r.Thresholds = []metrics.ThresholdOutcome{{Metric: "checks", Expression: "rate>0.9", NotJudged: "a part of the run is missing"}}
		})}, verdict.Failed, "Failed. The threshold was not met.", []string{"checks rate>0.9 is not judged: a part of the run is missing"}},
		{"could not run", []metrics.Result{{Name: "a", Error: "no baseURL"}}, verdict.Failed, "Could not run. ", []string{"no baseURL"}},
		{"one could not run", []metrics.Result{{Name: "a", Error: "no baseURL"}, ran("b", 1, 0)}, verdict.Failed, "Failed. 1 of 2 scenarios could not run.", []string{"a: no baseURL"}},
		{"nothing measured", []metrics.Result{ran("a", 0, 0)}, verdict.Failed, "Nothing was measured. No iteration has ended.", nil},
		{"nothing measured of one", []metrics.Result{ran("a", 0, 0), ran("b", 1, 0)}, verdict.Failed, "Nothing was measured. No iteration of a has ended.", nil},
		{"a part in which nothing ended", []metrics.Result{with(ran("a", 0, 0), func(r *metrics.Result) { r.PartOf = 3 })}, verdict.Finished, "Finished. Nothing failed, and no threshold was set.", nil},
		{"interrupted", []metrics.Result{with(ran("a", 9, 0), interrupt)}, verdict.Troubled, "Interrupted. The run was stopped before its end.", nil},
		{"interrupted at once", []metrics.Result{with(ran("a", 0, 0), interrupt)}, verdict.Troubled, "Interrupted. The run was stopped before its end.", nil},
		{"interrupted, not met", []metrics.Result{with(promised(ran("a", 9, 0), false), interrupt)}, verdict.Failed, "Failed. The threshold was not met.", []string{"p(95) of step_duration_us was 412 ms, over 250 ms"}},
		{"a limit", []metrics.Result{with(promised(ran("a", 9, 4), false), search(new(8.0)))}, verdict.Passed, "8 users held. The application held 8 users.", nil},
		{"no load held", []metrics.Result{with(ran("a", 9, 0), search(nil))}, verdict.Failed, "No load held. The application held 8 users.", nil},
		{"a search interrupted at once", []metrics.Result{with(with(ran("a", 9, 0), search(nil)), interrupt)}, verdict.Troubled, "Interrupted. The application held 8 users.", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			v := verdict.Of(tt.of...)
			if got := v.Title + ". " + v.Why; v.State != tt.state || got != tt.says {
				t.Errorf("%s: %s; want %s: %s", v.State, got, tt.state, tt.says)
			}
			if !slices.Equal(v.More, tt.more) {
				t.Errorf("more is %q, want %q", v.More, tt.more)
			}
			if clean := (tt.state == verdict.Passed || tt.state == verdict.Finished) && len(tt.more) == 0; v.Clean() != clean {
				t.Errorf("Clean = %v", v.Clean())
			}
		})
	}
}

func TestDoubts(t *testing.T) {
	r := promised(ran("a", 9, 0), true)
	r.Nodes = []metrics.NodeResult{{Node: "1", Status: metrics.NodeOK}, {Node: "2", Status: metrics.NodeLost}, {Node: "3", Status: metrics.NodeError}}
	r.Health = metrics.Health{Saturated: true, SaturatedNodes: []string{"1"}}
	r.Global.Counters["sessions_lost"] = metrics.CounterBy{Aggregate: 3}
	r.Global.Counters["browser_stalls"] = metrics.CounterBy{Aggregate: 2}
	r.Global.Counters["dropped_iterations"] = metrics.CounterBy{Aggregate: 1}
	r.Global.Counters["sink_points_lost"] = metrics.CounterBy{Aggregate: 4000}
	v := verdict.Of(r)
	want := []string{
		"1 of 3 nodes was saturated: the times measure it, not the application alone",
		"1 of 3 nodes lost: what they did later is missing",
		"1 of 3 nodes could not run: their part of the load is missing",
		"3 sessions lost with their browser or page: what these measured last is missing",
		"browsers stood still 2 times: the times measure that, too",
		"1 iteration never began: the load was smaller than planned",
		"4 000 points for outputs lost",
	}
	if v.State != verdict.Passed || v.Clean() || !slices.Equal(v.Doubts, want) {
		t.Errorf("%s, clean %v, doubts\n%q\nwant\n%q", v.State, v.Clean(), v.Doubts, want)
	}
	r.Health.SaturatedNodes = []string{"1", "2", "3"}
	if v := verdict.Of(r); v.Doubts[0] != "the load generator was saturated: the times measure it, not the application alone" {
		t.Errorf("doubts %q", v.Doubts)
	}
}
