package merge

import (
	"cmp"
	"maps"
	"slices"

	"github.com/liveload/liveload/metrics"
)

// lookup returns the declaration of a metric.
type lookup func(name string) *metrics.Metric

// numbers merges what all nodes together measured.
func (a *alignment) numbers(parts []part, find lookup) metrics.ScenarioResult {
	r := metrics.ScenarioResult{FailureSamples: make(map[string][]metrics.FailureSample)}
	var histograms []map[string]metrics.HistogramBy
	var counters []map[string]metrics.CounterBy
	var gauges []map[string]metrics.By[datedGauge]
	for _, p := range parts {
		g, delay := p.Global, a.delay(p).Milliseconds()
		r.Users.Total += g.Users.Total
		r.Users.Succeeded += g.Users.Succeeded
		r.Users.Failed += g.Users.Failed
		r.ElapsedMS = max(r.ElapsedMS, delay+g.ElapsedMS)
		r.ScenarioMS = max(r.ScenarioMS, delay+g.ScenarioMS)
		addFailures(r.FailureSamples, g.FailureSamples)
		histograms, counters = append(histograms, g.Histograms), append(counters, g.Counters)
		gauges = append(gauges, dated(g, a.place(p), find))
	}
	r.Histograms = totals(histograms, find, plusValues, func(v metrics.HistogramValues) int64 { return v.Count })
	r.Counters = totals(counters, find, plus, func(n int64) int64 { return n })
	r.Gauges = undated(totals(gauges, find, datedGauge.plus, func(datedGauge) int64 { return 1 }))
	r.TimeSeries = a.series(parts)
	r.DurationMS = int64(a.length) * a.width
	return r
}

func plus[T int64 | float64](a, b T) T { return a + b }

func plusValues(a, b metrics.HistogramValues) metrics.HistogramValues {
	return metrics.ValuesOf(a.Sketch.Plus(b.Sketch))
}

// addFailures keeps the first samples of each class and cause, those with evidence before others.
func addFailures(to, from map[string][]metrics.FailureSample) {
	byTime := func(a, b metrics.FailureSample) int { return cmp.Compare(a.MonotonicTime, b.MonotonicTime) }
	for class, samples := range from {
		all := slices.Concat(to[class], samples)
		slices.SortStableFunc(all, func(a, b metrics.FailureSample) int { return cmp.Or(cmp.Compare(bare(a), bare(b)), byTime(a, b)) })
		all = metrics.KeepFailures(all)
		slices.SortStableFunc(all, byTime)
		to[class] = all
	}
}

// bare is 0 for a sample with evidence, and 1 for one without.
func bare(f metrics.FailureSample) int {
	if f.Evidence.None() {
		return 1
	}
	return 0
}

// totals adds up the metrics of all parts.
func totals[T any](all []map[string]metrics.By[T], find lookup, plus func(T, T) T, samples func(T) int64) map[string]metrics.By[T] {
	sums := make(map[string]metrics.By[T])
	for _, one := range all {
		for name, by := range one {
			before, known := sums[name]
			if !known {
				before = metrics.By[T]{Aggregate: by.Aggregate, By: make(map[string]T)}
			} else {
				before.Aggregate = plus(before.Aggregate, by.Aggregate)
			}
			for label, value := range by.By {
				addTo(before.By, label, value, plus)
			}
			before.Series = append(before.Series, by.Series...)
			sums[name] = before
		}
	}
	for name, sum := range sums {
		m := find(name)
		if sum.Series = bounded(sum.Series, m, plus, samples); sum.Series != nil {
			sum.By = byFirst(sum.Series, m, plus)
		}
		foldRare(sum.By, metrics.MaxLabelSets, plus, samples)
		sums[name] = sum
	}
	return sums
}

func addTo[K comparable, T any](all map[K]T, key K, value T, plus func(T, T) T) {
	if before, known := all[key]; known {
		value = plus(before, value)
	}
	all[key] = value
}

// bounded joins equal sets of labels, and keeps no more of them than one run does: those with the most samples.
func bounded[T any](series []metrics.LabelledValue[T], m *metrics.Metric, plus func(T, T) T, samples func(T) int64) []metrics.LabelledValue[T] {
	if series == nil {
		return nil
	}
	sums := make(map[metrics.Labels]T)
	for _, s := range series {
		addTo(sums, s.Labels, s.Value, plus)
	}
	kept := make(map[metrics.Labels]T)
	for i, labels := range mostFrequent(sums, metrics.Labels.Compare, samples) {
		value := sums[labels]
		if i >= metrics.MaxLabelSets {
			labels = m.OtherLabels(labels)
		}
		addTo(kept, labels, value, plus)
	}
	series = nil
	for _, labels := range slices.SortedFunc(maps.Keys(kept), metrics.Labels.Compare) {
		series = append(series, metrics.LabelledValue[T]{Labels: labels, Value: kept[labels]})
	}
	return series
}

// byFirst adds up sets of labels by the first one.
func byFirst[T any](series []metrics.LabelledValue[T], m *metrics.Metric, plus func(T, T) T) map[string]T {
	by := make(map[string]T)
	for _, s := range series {
		if first := m.By(s.Labels); first != "" {
			addTo(by, first, s.Value, plus)
		}
	}
	return by
}

// foldRare moves the labels with the fewest samples to other, when there are more than limit.
func foldRare[T any](by map[string]T, limit int, plus func(T, T) T, samples func(T) int64) {
	rank := 0
	for _, label := range mostFrequent(by, cmp.Compare[string], samples) {
		if label == metrics.OtherLabel {
			continue
		}
		if rank++; rank > limit {
			addTo(by, metrics.OtherLabel, by[label], plus)
			delete(by, label)
		}
	}
}

// mostFrequent returns the keys by how many samples they have.
func mostFrequent[K comparable, T any](all map[K]T, compare func(K, K) int, samples func(T) int64) []K {
	return slices.SortedFunc(maps.Keys(all), func(a, b K) int {
		return cmp.Or(cmp.Compare(samples(all[b]), samples(all[a])), compare(a, b))
	})
}
