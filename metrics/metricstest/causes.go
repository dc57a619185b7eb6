package metricstest

import "github.com/liveload/liveload/metrics"

// FailedByCause is a Result of twelve failures of one class that have two causes.
func FailedByCause() metrics.ScenarioResult {
	r := metrics.ScenarioResult{
		Counters: map[string]metrics.CounterBy{
			"iterations":         {Aggregate: 12, By: map[string]int64{"failed": 12}},
			"iteration_failures": {Aggregate: 12, By: map[string]int64{"click timeout": 12}},
		},
		FailureSamples: map[string][]metrics.FailureSample{},
	}
	causes := metrics.CounterBy{Aggregate: 12}
	for _, one := range []struct {
		target, step, said string
		count              int64
	}{{"#pay", "checkout", `a.js:9:1: in step "checkout": operation 7: click("#pay"): it is hidden`, 4}, {"#banner-close", "", `a.js:3:1: operation 2: click("#banner-close"): it is hidden`, 8}} {
		f := metrics.FailureSample{Class: "click timeout", ReasonInspect: one.said, Cause: metrics.NewCause(one.target, one.step, "it is hidden")}
		causes.Series = append(causes.Series, metrics.LabelledValue[int64]{Labels: f.CauseLabels(), Value: one.count})
		f.Class = ""
		r.FailureSamples["click timeout"] = append(r.FailureSamples["click timeout"], f)
	}
	r.Counters["failure_causes"] = causes
	return r
}
