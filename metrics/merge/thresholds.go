package merge

import (
	"slices"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/threshold"
)

// judge evaluates the thresholds of all parts on the merged numbers.
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
			spec := threshold.Spec{Metric: o.Metric, Expression: o.Expression, Optional: o.OK && o.Value == nil}
			t, err := threshold.Compile(spec, known)
			if err != nil {
				o.OK, o.Value, o.NotJudged = false, nil, err.Error()
				outcomes = append(outcomes, o)
				continue
			}
			tracker := threshold.NewTracker([]*threshold.Threshold{t})
			tracker.Finish(state)
			outcomes = append(outcomes, tracker.Outcomes()...)
		}
	}
	return outcomes
}
