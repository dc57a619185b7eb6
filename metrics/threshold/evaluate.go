package threshold

import (
	"github.com/liveload/liveload/metrics"
)

// Value returns the number that the threshold compares. A counter without samples is 0; everything else has no
// value until it was measured, nor has what the tested application did not show, or shows as another kind of metric.
func (t *Threshold) Value(state *metrics.State) (value float64, measured bool) {
	total := state.Total(t.metric.Name, t.admits)
	if t.metric.OfServer() && (total.Series == 0 || (total.Gauge != nil) != (t.metric.Kind == metrics.Gauge)) {
		return 0, false
	}
	switch t.what.aggregation {
	case "count":
		return float64(total.Count), true
	case "rate":
		return t.rate(state, total.Count)
	}
	if t.metric.Kind == metrics.Gauge {
		return t.gauge(total.Gauge)
	}
	if total.Values == "" {
		return 0, false
	}
	switch v := total.Values; t.what.aggregation {
	case "avg":
		return v.Sum() / float64(v.Count()), true
	case "min":
		return v.Min(), true
	case "max":
		return v.Max(), true
	case "med":
		return v.Quantile(0.5), true
	default:
		return v.Quantile(t.what.percentile / 100), true
	}
}

func (t *Threshold) gauge(g *metrics.GaugeValue) (float64, bool) {
	switch {
	case g == nil:
		return 0, false
	case t.what.aggregation == "min":
		return g.Min, true
	case t.what.aggregation == "max":
		return g.Max, true
	}
	return g.Last, true
}

func (t *Threshold) rate(state *metrics.State, n int64) (float64, bool) {
	if !t.share {
		seconds := state.ScenarioElapsed.Seconds()
		return float64(n) / seconds, seconds > 0
	}
	whole := t.whole(state)
	if t.metric.PassesOrFails() && t.where.value(metrics.OutcomeLabel) == "" {
		n = state.Total(t.metric.Name, func(labels metrics.Labels) bool {
			return t.admits(labels) && labels.Get(metrics.OutcomeLabel) == metrics.OutcomePass
		}).Count
	}
	return float64(n) / float64(max(whole, 1)), whole > 0
}

// whole counts what the share is a part of. For checks it is those with the same name and tags.
func (t *Threshold) whole(state *metrics.State) int64 {
	if t.metric.PassesOrFails() {
		return state.Total(t.metric.Name, func(labels metrics.Labels) bool {
			return t.where.fits(labels, metrics.OutcomeLabel)
		}).Count
	}
	wholes := t.metric.Wholes
	if wholes == nil {
		wholes = []*metrics.Metric{t.metric}
	}
	var n int64
	for _, m := range wholes {
		n += state.Count(m)
	}
	return n
}

// admits says whether samples with these labels count.
func (t *Threshold) admits(labels metrics.Labels) bool { return t.where.fits(labels) }
