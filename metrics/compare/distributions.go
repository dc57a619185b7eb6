package compare

import (
	"maps"
	"math"
	"slices"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/predecessor"
)

// fewestSamples are needed on both sides to compare a distribution.
const fewestSamples = 30

// A distribution is what one run measured of a metric, in all and over time.
type distribution struct {
	all    metrics.HistogramValues
	series metrics.HistogramSeries
}

// distributions compares every histogram, in all and for each value of its first label.
func distributions(a, b *metrics.Result) (rows []Row) {
	for _, name := range inBoth(a.Global.Histograms, b.Global.Histograms) {
		m := b.Metric(name)
		if m.OfGenerator() || m == metrics.StepOffset {
			continue // a step begins later where those before it take longer
		}
		old, new := a.Global.Histograms[name], b.Global.Histograms[name]
		series, newSeries := a.Global.TimeSeries.Histograms[name], b.Global.TimeSeries.Histograms[name]
		labels := inBoth(old.By, new.By)
		whole := rowsOf(m, distribution{old.Aggregate, series.Aggregate}, distribution{new.Aggregate, newSeries.Aggregate}, a, b, Median, P95, P99)
		if len(old.By) == 1 && len(new.By) == 1 && len(labels) == 1 {
			for i := range whole { // the label's would be the same once more
				whole[i].Label, whole[i].only = labels[0], true
			}
			labels = nil
		}
		var parts []Row
		for _, label := range labels {
			x, y := distribution{old.By[label], series.By[label]}, distribution{new.By[label], newSeries.By[label]}
			for _, row := range rowsOf(m, x, y, a, b, Median, P95) {
				row.Label = label
				parts = append(parts, row)
			}
		}
		for _, s := range []Statistic{Median, P95} {
			relate(parts, s)
		}
		rows = append(append(rows, whole...), parts...)
	}
	return rows
}

func inBoth[V any](a, b map[string]V) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(b)), func(key string) bool { _, ok := a[key]; return !ok })
}

func rowsOf(m *metrics.Metric, a, b distribution, before, after *metrics.Result, statistics ...Statistic) (rows []Row) {
	differently := ""
	if predecessor.Wrote(before) != predecessor.Wrote(after) {
		differently = predecessor.Differs(m.Name)
	}
	for _, s := range statistics {
		row := Row{Metric: m, Name: m.Name, Statistic: s, Old: a.value(s), New: b.value(s), least: LeastChange, chance: 1}
		row.either = m.Unit != metrics.Microseconds && m.Unit != metrics.Bytes && m != metrics.WebVitalCLS
		if row.Old > 0 {
			row.Change = new(row.New/row.Old - 1)
		}
		switch few := min(a.all.Count, b.all.Count); {
		case few == 0:
			continue
		case few < fewestSamples:
			row.Why = "there are too few samples"
		case row.Old <= 0 || row.New <= 0:
			if row.Old == row.New {
				row.Change = new(0.0)
			} else {
				row.Why = "it was 0 in one of the runs"
			}
		case differently != "":
			row.Why = differently
		default:
			row.samples = ratios(a.column(s), b.column(s), before.BucketWidthMS, after.BucketWidthMS)
			row.weigh()
		}
		rows = append(rows, row)
	}
	return rows
}

func (d distribution) value(s Statistic) float64 {
	return d.all.Percentile(map[Statistic]float64{Median: 50, P95: 95, P99: 99}[s])
}

// column is a statistic over time.
func (d distribution) column(s Statistic) column {
	return column{map[Statistic][]float64{Median: d.series.P50, P95: d.series.P95, P99: d.series.P99}[s], d.series.Count}
}

// A column is a statistic in each bucket, and how many samples there were.
type column struct {
	values []float64
	counts []int64
}

// ratios are the logarithms of what b is of a. Those of buckets in which one has no samples weigh nothing.
func ratios(a, b column, oldWidth, newWidth int64) (samples []sample) {
	x, y := a.wide(max(oldWidth, newWidth)/max(oldWidth, 1)), b.wide(max(oldWidth, newWidth)/max(newWidth, 1))
	samples = make([]sample, min(len(x), len(y)))
	for i := range samples {
		if x[i].weight > 0 && y[i].weight > 0 {
			samples[i] = sample{y[i].diff - x[i].diff, together(x[i].weight, y[i].weight)}
		}
	}
	return samples
}

// together is how much the difference of two numbers weighs that stand for so many samples.
func together(a, b float64) float64 { return a * b / (a + b) }

// wide joins so many neighbours, and takes logarithms.
func (c column) wide(factor int64) []sample {
	wide := make([]sample, (len(c.values)+int(factor)-1)/int(factor))
	for i, v := range c.values {
		if v <= 0 || i >= len(c.counts) || c.counts[i] == 0 {
			continue
		}
		s := &wide[i/int(factor)]
		n := float64(c.counts[i])
		s.diff = (s.diff*s.weight + math.Log(v)*n) / (s.weight + n)
		s.weight += n
	}
	return wide
}
