package metrics

import (
	"maps"
	"slices"
)

// A TimeSeries is what was measured in each bucket of the run: bucket i begins at i times the Result's
// bucket width. All columns have the same length; a bucket without samples has zeros, or null for a gauge.
type TimeSeries struct {
	ActiveUsers []int64                        `json:"active_users"` // at the end of the bucket
	NodeCount   []int                          `json:"node_count"`   // nodes that reported in it; nil in the part of a node
	Histograms  map[string]By[HistogramSeries] `json:"histograms"`
	Counters    map[string]By[[]int64]         `json:"counters"`
	Gauges      map[string]By[[]*GaugeValue]   `json:"gauges,omitempty"`
}

// A HistogramSeries is a distribution over time. Count, sum and largest value are exact, percentiles within 2 %.
type HistogramSeries struct {
	Count []int64   `json:"count"`
	Sum   []float64 `json:"sum"`
	P50   []float64 `json:"p50"`
	P90   []float64 `json:"p90,omitempty"` // only of all labels together
	P95   []float64 `json:"p95"`
	P99   []float64 `json:"p99,omitempty"` // only of all labels together
	Max   []float64 `json:"max"`
	// Sketch is what the others follow from, in the Results of a part only, which are merged: it is most of a file.
	Sketch SketchColumn `json:"sketch,omitempty"`
}

// timeSeriesOf joins what was measured of a scenario with what the nodes measured about themselves, from a bucket on.
func timeSeriesOf(scenario, own *timeSeries, from int) TimeSeries {
	scenario.widen()
	own.widen()
	length := own.grid.length - from
	result := TimeSeries{
		ActiveUsers: filled(scenario.active, own.grid.length),
		Histograms:  columnsOf(union(allFrom(scenario.histograms, from), allFrom(own.histograms, from)), Sketch.Plus, histogramSeries, labelSeries, length),
		Counters:    columnsOf(union(allFrom(scenario.counters, from), allFrom(own.counters, from)), plus, filled, filled, length),
		Gauges:      columnsOf(union(allFrom(scenario.gauges, from), allFrom(own.gauges, from)), (*GaugeValue).Join, filled, filled, length),
	}
	for i := 1; i < own.grid.length; i++ {
		result.ActiveUsers[i] += result.ActiveUsers[i-1]
	}
	result.ActiveUsers = result.ActiveUsers[from:]
	return result
}

// union returns the metrics of both.
func union[T any](a, b map[string]*breakdown[T]) map[string]*breakdown[T] {
	all := maps.Clone(a)
	for metric, one := range b {
		both := &breakdown[T]{columns: make(map[string][]T)}
		if known, ok := all[metric]; ok {
			both.columns = maps.Clone(known.columns)
		}
		for label, column := range one.columns {
			both.columns[label] = added(both.columns[label], column, one.plus)
		}
		all[metric] = both
	}
	return all
}

// columnsOf makes the columns of a Result of those that were collected.
func columnsOf[T, R any](all map[string]*breakdown[T], join func(T, T) T, aggregate, label func([]T, int) R, length int) map[string]By[R] {
	results := make(map[string]By[R], len(all))
	for metric, b := range all {
		r := By[R]{Aggregate: aggregate(b.aggregate(join), length), By: make(map[string]R, len(b.columns))}
		for name, column := range b.columns {
			if name != "" {
				r.By[name] = label(column, length)
			}
		}
		results[metric] = r
	}
	return results
}

// filled returns a copy of a column that is as long as all others.
func filled[T any](column []T, length int) []T {
	return append(slices.Clone(column), make([]T, length-len(column))...)
}

// NewHistogramSeries returns a distribution over time, with what follows from its sketches. That of a label has no tails.
func NewHistogramSeries(column []Sketch, tails bool) HistogramSeries {
	if tails {
		return histogramSeries(column, len(column))
	}
	return labelSeries(column, len(column))
}

// labelSeries leaves out the tails, of which the few samples of a label say little.
func labelSeries(column []Sketch, length int) HistogramSeries {
	h := histogramSeries(column, length)
	h.P90, h.P99 = nil, nil
	return h
}

func histogramSeries(column []Sketch, length int) HistogramSeries {
	h := HistogramSeries{Count: make([]int64, length), Sketch: filled(column, length)}
	for _, c := range []*[]float64{&h.Sum, &h.P50, &h.P90, &h.P95, &h.P99, &h.Max} {
		*c = make([]float64, length)
	}
	for i, c := range column {
		exact, q := c.summary(), c.Quantiles(0.5, 0.9, 0.95, 0.99)
		h.Count[i], h.Sum[i], h.Max[i] = exact.count, exact.sum, exact.high
		for k, p := range [][]float64{h.P50, h.P90, h.P95, h.P99} {
			p[i] = min(round(q[k], 4), exact.high)
		}
	}
	return h
}

// DropSketches keeps what is merged no more small.
func (t *TimeSeries) DropSketches() {
	for metric, one := range t.Histograms {
		one.Aggregate.Sketch = nil
		for label, h := range one.By {
			h.Sketch = nil
			one.By[label] = h
		}
		t.Histograms[metric] = one
	}
}
