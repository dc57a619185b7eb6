package merge

import "github.com/liveload/liveload/metrics"

// A bound is what is known of the distribution in a bucket without its sketch.
type bound struct {
	count                        int64
	sum, p50, p90, p95, p99, max float64
}

// join returns what is known of two buckets together. No percentile of both exceeds the larger one of each.
func (a bound) join(b bound) bound {
	return bound{a.count + b.count, a.sum + b.sum, max(a.p50, b.p50), max(a.p90, b.p90), max(a.p95, b.p95), max(a.p99, b.p99), max(a.max, b.max)}
}

func (a bound) samples() int64 { return a.count }

// boundsOf returns the buckets of a distribution over time. Columns that it has not are zeros.
func boundsOf(h metrics.HistogramSeries) []bound {
	all := make([]bound, len(h.Count))
	at := func(column []float64, i int) float64 {
		if i >= len(column) {
			return 0
		}
		return column[i]
	}
	for i := range all {
		all[i] = bound{h.Count[i], h.Sum[i], h.P50[i], at(h.P90, i), h.P95[i], at(h.P99, i), h.Max[i]}
	}
	return all
}

// ofBounds returns a distribution over time; that of a label has no tails.
func ofBounds(all []bound, tails bool) metrics.HistogramSeries {
	column := func(value func(bound) float64) []float64 {
		values := make([]float64, len(all))
		for i, b := range all {
			values[i] = value(b)
		}
		return values
	}
	h := metrics.HistogramSeries{
		Count: make([]int64, len(all)), Sum: column(func(b bound) float64 { return b.sum }), P50: column(func(b bound) float64 { return b.p50 }),
		P95: column(func(b bound) float64 { return b.p95 }), Max: column(func(b bound) float64 { return b.max }),
	}
	for i, b := range all {
		h.Count[i] = b.count
	}
	if tails {
		h.P90, h.P99 = column(func(b bound) float64 { return b.p90 }), column(func(b bound) float64 { return b.p99 })
	}
	return h
}
