package metrics

import (
	"math"
	"time"
)

// update makes the time series anew from the first bucket on that has changed, and returns that bucket.
func (s *scenarioHistory) update(own *timeSeries) (since int) {
	s.kept.series.widen()
	since = min(s.kept.series.touched, own.touched, len(s.last.ActiveUsers))
	s.kept.series.touched = math.MaxInt
	tail := timeSeriesOf(s.kept.series, own, since)
	tail.DropSketches()
	s.last = TimeSeries{
		ActiveUsers: replaced(s.last.ActiveUsers, tail.ActiveUsers, since),
		Histograms:  allReplaced(s.last.Histograms, tail.Histograms, since, HistogramSeries.replaced),
		Counters:    allReplaced(s.last.Counters, tail.Counters, since, replaced),
		Gauges:      allReplaced(s.last.Gauges, tail.Gauges, since, replaced),
	}
	return since
}

// allReplaced replaces the ends of all columns. Labels that are not in tail have given way to others.
func allReplaced[T any](all, tail map[string]By[T], from int, replace func(column, tail T, from int) T) map[string]By[T] {
	results := make(map[string]By[T], len(tail))
	for metric, one := range tail {
		old := all[metric]
		r := By[T]{Aggregate: replace(old.Aggregate, one.Aggregate, from), By: make(map[string]T, len(one.By))}
		for label, column := range one.By {
			r.By[label] = replace(old.By[label], column, from)
		}
		results[metric] = r
	}
	return results
}

// replaced replaces the end of a column, which it changes. One that is new has zeros before.
func replaced[T any](column, tail []T, from int) []T {
	if tail == nil {
		return nil
	}
	column = column[:min(from, len(column))]
	return append(append(column, make([]T, from-len(column))...), tail...)
}

func (h HistogramSeries) replaced(tail HistogramSeries, from int) HistogramSeries {
	return HistogramSeries{
		Count: replaced(h.Count, tail.Count, from), Sum: replaced(h.Sum, tail.Sum, from), Max: replaced(h.Max, tail.Max, from),
		P50: replaced(h.P50, tail.P50, from), P90: replaced(h.P90, tail.P90, from), P95: replaced(h.P95, tail.P95, from), P99: replaced(h.P99, tail.P99, from),
	}
}

// From returns a time series from a bucket on. It shares its columns.
func (t TimeSeries) From(bucket int) TimeSeries {
	return TimeSeries{
		ActiveUsers: cut(t.ActiveUsers, bucket), NodeCount: cut(t.NodeCount, bucket),
		Histograms: allColumnsFrom(t.Histograms, bucket, HistogramSeries.from),
		Counters:   allColumnsFrom(t.Counters, bucket, cut),
		Gauges:     allColumnsFrom(t.Gauges, bucket, cut),
	}
}

func allColumnsFrom[T any](all map[string]By[T], bucket int, from func(column T, bucket int) T) map[string]By[T] {
	parts := make(map[string]By[T], len(all))
	for metric, one := range all {
		part := By[T]{Aggregate: from(one.Aggregate, bucket), By: make(map[string]T, len(one.By))}
		for label, column := range one.By {
			part.By[label] = from(column, bucket)
		}
		parts[metric] = part
	}
	return parts
}

func (h HistogramSeries) from(bucket int) HistogramSeries {
	return HistogramSeries{
		Count: cut(h.Count, bucket), Sum: cut(h.Sum, bucket), Max: cut(h.Max, bucket),
		P50: cut(h.P50, bucket), P90: cut(h.P90, bucket), P95: cut(h.P95, bucket), P99: cut(h.P99, bucket),
	}
}

// nodeCounts say which nodes reported in each bucket.
type nodeCounts struct {
	width  time.Duration
	byNode map[string][]bool
}

func (n *nodeCounts) add(g *grid, bucket int, nodes []string) {
	n.widen(g)
	for _, node := range nodes {
		n.byNode[node] = addAt(n.byNode[node], bucket, true, either)
	}
}

// column returns how many nodes reported in each bucket.
func (n *nodeCounts) column(g *grid) []int {
	n.widen(g)
	counts := make([]int, g.length)
	for _, reported := range n.byNode {
		for i, yes := range reported {
			if yes {
				counts[i]++
			}
		}
	}
	return counts
}

func (n *nodeCounts) widen(g *grid) {
	for ; n.width < g.width; n.width *= 2 {
		for node, reported := range n.byNode {
			n.byNode[node] = halved(reported, either)
		}
	}
}

func either(a, b bool) bool { return a || b }
