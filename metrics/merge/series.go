package merge

import (
	"slices"

	"github.com/liveload/liveload/metrics"
)

// series merges the time series of all parts.
func (a *alignment) series(parts []part) metrics.TimeSeries {
	s := metrics.TimeSeries{
		ActiveUsers: make([]int64, a.length), NodeCount: make([]int, a.length), Histograms: make(map[string]metrics.By[metrics.HistogramSeries]),
		Counters: make(map[string]metrics.By[[]int64]), Gauges: make(map[string]metrics.By[[]*metrics.GaugeValue]),
	}
	exact, rough := make(map[string]metrics.By[[]metrics.Sketch]), make(map[string]metrics.By[[]bound])
	bounded := withoutSketches(parts)
	for _, p := range parts {
		at, own := a.place(p), p.Global.TimeSeries
		addColumn(s.ActiveUsers, put(at, own.ActiveUsers, second), plus)
		addColumn(s.NodeCount, a.isThere(p), func(a, b int) int { return a + b })
		sketched, others := split(own.Histograms, bounded)
		addSeries(exact, sketched, at, metrics.Sketch.Plus, metrics.Sketch.Plus)
		addSeries(rough, others, at, bound.join, bound.join)
		addSeries(s.Counters, own.Counters, at, plus, plus)
		addSeries(s.Gauges, own.Gauges, at, (*metrics.GaugeValue).Then, (*metrics.GaugeValue).Join)
	}
	keepFrequent(exact, metrics.Sketch.Plus, metrics.Sketch.Count)
	keepFrequent(rough, bound.join, bound.samples)
	keepFrequent(s.Counters, plus, func(n int64) int64 { return n })
	keepFrequent(s.Gauges, (*metrics.GaugeValue).Join, func(g *metrics.GaugeValue) int64 {
		if g == nil {
			return 0
		}
		return 1
	})
	addHistograms(s.Histograms, exact, metrics.NewHistogramSeries)
	addHistograms(s.Histograms, rough, ofBounds)
	return s
}

func second(_, b int64) int64 { return b }

// withoutSketches returns the distributions of which a part has no sketches.
func withoutSketches(parts []part) map[string]bool {
	names := make(map[string]bool)
	for _, p := range parts {
		for name, by := range p.Global.TimeSeries.Histograms {
			if by.Aggregate.Sketch == nil && len(by.Aggregate.Count) > 0 {
				names[name] = true
			}
		}
	}
	return names
}

// split returns the columns of the distributions: sketches, and bounds of those that are bounded.
func split(histograms map[string]metrics.By[metrics.HistogramSeries], bounded map[string]bool) (map[string]metrics.By[[]metrics.Sketch], map[string]metrics.By[[]bound]) {
	exact, rough := make(map[string]metrics.By[[]metrics.Sketch]), make(map[string]metrics.By[[]bound])
	for name, by := range histograms {
		if bounded[name] {
			rough[name] = columns(by, boundsOf)
		} else {
			exact[name] = columns(by, func(h metrics.HistogramSeries) []metrics.Sketch { return h.Sketch })
		}
	}
	return exact, rough
}

func columns[T any](by metrics.By[metrics.HistogramSeries], of func(metrics.HistogramSeries) []T) metrics.By[[]T] {
	all := metrics.By[[]T]{Aggregate: of(by.Aggregate), By: make(map[string][]T)}
	for label, h := range by.By {
		all.By[label] = of(h)
	}
	return all
}

func addHistograms[T any](to map[string]metrics.By[metrics.HistogramSeries], all map[string]metrics.By[[]T], of func(column []T, tails bool) metrics.HistogramSeries) {
	for name, by := range all {
		one := metrics.By[metrics.HistogramSeries]{Aggregate: of(by.Aggregate, true), By: make(map[string]metrics.HistogramSeries)}
		for label, column := range by.By {
			one.By[label] = of(column, false)
		}
		to[name] = one
	}
}

// addSeries adds the columns of a part. then joins neighbouring buckets, and plus the same bucket of two parts.
func addSeries[T any](to, from map[string]metrics.By[[]T], at place, then, plus func(T, T) T) {
	for name, by := range from {
		sum, known := to[name]
		if !known {
			sum = metrics.By[[]T]{Aggregate: make([]T, at.length), By: make(map[string][]T)}
			to[name] = sum
		}
		addColumn(sum.Aggregate, put(at, by.Aggregate, then), plus)
		for label, column := range by.By {
			if sum.By[label] == nil {
				sum.By[label] = make([]T, at.length)
			}
			addColumn(sum.By[label], put(at, column, then), plus)
		}
	}
}

func addColumn[T any](to, column []T, plus func(T, T) T) {
	for i := range column {
		to[i] = plus(to[i], column[i])
	}
}

// keepFrequent keeps as many labels as the time series of one run has.
func keepFrequent[T any](all map[string]metrics.By[[]T], plus func(T, T) T, samples func(T) int64) {
	for _, by := range all {
		foldRare(by.By, metrics.SeriesLabels, func(a, b []T) []T {
			sum := slices.Clone(a)
			addColumn(sum, b, plus)
			return sum
		}, func(column []T) (n int64) {
			for _, value := range column {
				n += samples(value)
			}
			return n
		})
	}
}
