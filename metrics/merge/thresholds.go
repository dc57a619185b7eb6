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

// judgeOne evaluates a threshold, or says why that is not possible.
func judgeOne(o metrics.ThresholdOutcome, r *metrics.Result, state *metrics.State, known *metrics.Registry) metrics.ThresholdOutcome {
	o.OK, o.Value, o.FailedMS = o.OK && o.Value == nil, nil, 0 // when it failed is of one part
	if r.PartOf > 0 {
		return threshold.NotJudged(threshold.Spec{Metric: o.Metric, Expression: o.Expression, Optional: o.OK}, incomplete(r))
	}
	return threshold.Again(o, state, known)
}
