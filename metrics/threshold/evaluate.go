package threshold

import (
	"slices"
	"time"

	"github.com/liveload/liveload/metrics"
)

// A Source tells what was measured. A *metrics.Aggregator does.
type Source interface {
	Elapsed() time.Duration                  // of the run
	ElapsedOf(scenario string) time.Duration // from its start time to its end
	Total(scenario, metric string, admit func(label string) bool) metrics.Total
}

func everything(string) bool { return true }

// Value returns the number that the threshold compares, of a scenario as measured by now. There is none
// as long as nothing was measured; nothing counted is 0.
func (t *Threshold) Value(from Source, scenario string) (value float64, measured bool) {
	total := from.Total(scenario, t.metric.Name, t.admits)
	switch t.what.aggregation {
	case "count":
		return float64(total.Count), true
	case "rate":
		return t.rate(from, scenario, total.Count)
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

func (t *Threshold) rate(from Source, scenario string, n int64) (float64, bool) {
	if !t.share {
		seconds := from.ElapsedOf(scenario).Seconds()
		return float64(n) / seconds, seconds > 0
	}
	whole := t.whole(from, scenario)
	if passesOrFails(t.metric) && t.where.value(outcomeKey) == "" {
		n = from.Total(scenario, t.metric.Name, func(label string) bool {
			return t.admits(label) && partOf(t.metric, label, outcomeKey) == passed
		}).Count
	}
	return float64(n) / float64(max(whole, 1)), whole > 0
}

// whole is what the share is one of.
func (t *Threshold) whole(from Source, scenario string) int64 {
	others, isPart := wholes[t.metric.Name]
	if !isPart {
		return from.Total(scenario, t.metric.Name, t.admitsBesides).Count
	}
	var n int64
	for _, name := range others {
		n += from.Total(scenario, name, everything).Count
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
