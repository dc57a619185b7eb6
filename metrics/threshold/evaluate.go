package threshold

import (
	"slices"

	"github.com/liveload/liveload/metrics"
)

func everything(string) bool { return true }

// Value returns the number that the threshold compares. There is none as long as nothing was measured;
// nothing counted is 0.
func (t *Threshold) Value(state *metrics.State) (value float64, measured bool) {
	total := state.Total(t.metric.Name, t.admits)
	switch t.what.aggregation {
	case "count":
		return float64(total.Count), true
	case "rate":
		return t.rate(state, total.Count)
	}
	if t.metric.Kind == metrics.Gauge {
		return t.gauge(total.Gauge)
	}
	if total.Values == nil {
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
	if passesOrFails(t.metric) && t.where.value(outcomeKey) == "" {
		n = state.Total(t.metric.Name, func(label string) bool {
			return t.admits(label) && partOf(t.metric, label, outcomeKey) == passed
		}).Count
	}
	return float64(n) / float64(max(whole, 1)), whole > 0
}

// whole is what the share is one of.
func (t *Threshold) whole(state *metrics.State) int64 {
	others, isPart := wholes[t.metric.Name]
	if !isPart {
		return state.Total(t.metric.Name, t.admitsBesides).Count
	}
	var n int64
	for _, name := range others {
		n += state.Total(name, everything).Count
	}
	return n
}

// admits says whether samples with a label count.
func (t *Threshold) admits(label string) bool { return t.fits(label, scenarioKey) }

// admitsBesides says whether samples with a label belong to the whole of which the threshold takes a
// share: of checks, those with the same name and tags; otherwise all.
func (t *Threshold) admitsBesides(label string) bool {
	return !passesOrFails(t.metric) || t.fits(label, scenarioKey, outcomeKey)
}

// fits says whether a label has what is selected, apart from some keys.
func (t *Threshold) fits(label string, apart ...string) bool {
	return !slices.ContainsFunc(t.where.labels, func(l labelPart) bool {
		return !slices.Contains(apart, l.key) && partOf(t.metric, label, l.key) != l.value
	})
}
