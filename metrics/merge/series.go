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
	sketches := make(map[string]metrics.By[[]metrics.Sketch])
	for _, p := range parts {
		at, own := a.place(p), p.Global.TimeSeries
		addColumn(s.ActiveUsers, put(at, own.ActiveUsers, later), plus)
		addColumn(s.NodeCount, put(at, own.NodeCount, func(a, b int) int { return max(a, b) }), func(a, b int) int { return a + b })
		addSeries(sketches, sketchesOf(own.Histograms), at, metrics.Sketch.Plus, metrics.Sketch.Plus)
		addSeries(s.Counters, own.Counters, at, plus, plus)
		addSeries(s.Gauges, own.Gauges, at, laterGauge, joinGauges)
	}
	keepFrequent(sketches, metrics.Sketch.Plus, metrics.Sketch.Count)
	keepFrequent(s.Counters, plus, func(n int64) int64 { return n })
	keepFrequent(s.Gauges, joinGauges, func(g *metrics.GaugeValue) int64 {
		if g == nil {
			return 0
		}
		return 1
	})
	for name, by := range sketches {
		one := metrics.By[metrics.HistogramSeries]{Aggregate: metrics.NewHistogramSeries(by.Aggregate, true), By: make(map[string]metrics.HistogramSeries)}
		for label, column := range by.By {
			one.By[label] = metrics.NewHistogramSeries(column, false)
		}
		s.Histograms[name] = one
	}
	return s
}

func later(_, b int64) int64 { return b }

func sketchesOf(histograms map[string]metrics.By[metrics.HistogramSeries]) map[string]metrics.By[[]metrics.Sketch] {
	all := make(map[string]metrics.By[[]metrics.Sketch])
	for name, by := range histograms {
		one := metrics.By[[]metrics.Sketch]{Aggregate: by.Aggregate.Sketch, By: make(map[string][]metrics.Sketch)}
		for label, h := range by.By {
			one.By[label] = h.Sketch
		}
		all[name] = one
	}
	return all
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
