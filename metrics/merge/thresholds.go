package merge

import (
	"slices"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/threshold"
)

// judge evaluates the thresholds of all parts on the merged numbers, unless there are parts missing.
func judge(r *metrics.Result, parts []part) []metrics.ThresholdOutcome {
	known := metrics.NewRegistry()
	known.ExpectServer()
	for _, m := range r.Metrics {
		_, _ = known.Register(*m) // the names were checked
	}
	outcomes, state := []metrics.ThresholdOutcome{}, r.State()
	for _, p := range parts {
		for _, o := range p.Thresholds {
			if slices.ContainsFunc(outcomes, func(seen metrics.ThresholdOutcome) bool {
				return seen.Metric == o.Metric && seen.Expression == o.Expression
			}) {
				continue
			}
			outcomes = append(outcomes, judgeOne(o, r, state, known))
		}
	}
	return outcomes
}

// judgeOne evaluates a threshold, or says why that is not possible. One that holds without a value is optional.
func judgeOne(o metrics.ThresholdOutcome, r *metrics.Result, state *metrics.State, known *metrics.Registry) metrics.ThresholdOutcome {
	spec := threshold.Spec{Metric: o.Metric, Expression: o.Expression, Optional: o.OK && o.Value == nil}
	if r.PartOf > 0 {
		return threshold.NotJudged(spec, incomplete(r))
	}
	t, err := threshold.Compile(spec, known)
	if err != nil {
		return threshold.NotJudged(spec, err.Error())
	}
	tracker := threshold.NewTracker([]*threshold.Threshold{t})
	tracker.Finish(state)
	return tracker.Outcomes()[0]
}
