package metrics

import (
	"cmp"
	"slices"
)

// A seriesSum adds up series by metric and label. It never changes a sketch that it was given or has
// shared: it copies the sketch before it adds more.
type seriesSum map[metricLabel]*summand

type summand struct {
	Series
	second int  // that the last value of a gauge is of
	owned  bool // nobody else has the sketch
}

// add adds what a series measured in a second. The caller keeps in.
func (s seriesSum) add(in *Series, second int) {
	key := metricLabel{in.Metric, in.Label}
	to, known := s[key]
	if !known {
		to = &summand{Series: *in, second: second}
		to.Scenario = ""
		s[key] = to
		return
	}
	switch {
	case in.Gauge != nil:
		to.setGauge(*in.Gauge, second)
	case in.Sketch != nil:
		if !to.owned {
			to.Sketch, to.owned = to.Sketch.copy(), true
		}
		in.Sketch.mergeInto(to.Sketch.d)
	default:
		to.Count += in.Count
	}
}

// setGauge joins two states of a gauge: the last value is that of the later second, and the largest of
// those of one second.
func (t *summand) setGauge(g GaugeValue, second int) {
	joined := GaugeValue{Last: t.Gauge.Last, Min: min(t.Gauge.Min, g.Min), Max: max(t.Gauge.Max, g.Max)}
	switch {
	case second > t.second:
		joined.Last, t.second = g.Last, second
	case second == t.second:
		joined.Last = max(joined.Last, g.Last)
	}
	t.Gauge = &joined
}

// count adds up all labels of a counter.
func (s seriesSum) count(m *Metric) (n int64) {
	for key, one := range s {
		if key.metric == m.Name {
			n += one.Count
		}
	}
	return n
}

// share returns the series sorted by metric and label. They may be read from now on, but not changed.
func (s seriesSum) share() []Series {
	all := make([]Series, 0, len(s))
	for _, one := range s {
		one.owned = false
		all = append(all, one.Series)
	}
	slices.SortFunc(all, compareSeries)
	return all
}

func compareSeries(a, b Series) int {
	return cmp.Or(cmp.Compare(a.Metric, b.Metric), cmp.Compare(a.Label, b.Label))
}

// joined returns the series of several sums together, sorted. They may be read, but not changed.
func joined(sums ...seriesSum) []Series {
	all := make(seriesSum)
	for _, sum := range sums {
		for _, one := range sum {
			one.owned = false
			all.add(&one.Series, one.second)
		}
	}
	return all.share()
}

// byMetric adds up all labels of each metric.
func (s seriesSum) byMetric() seriesSum {
	sums := make(seriesSum)
	for _, one := range s {
		one.owned = false
		all := one.Series
		all.Label = ""
		sums.add(&all, 0)
	}
	return sums
}
