package metrics

import (
	"cmp"
	"iter"
	"maps"
	"slices"
)

// A seriesSum adds up series by metric and labels.
type seriesSum map[seriesID]*summand

type summand struct {
	Series
	pending []Sketch // not yet in the sketch: adding each one on its own would remake the large one each time
	waiting int      // bytes of pending
	second  int      // that the last value of a gauge is of
}

// minWaiting is how many bytes of sketches wait at least. A sum is remade when as much waits as it has itself, so that
// what a sketch costs follows from its own size.
const minWaiting = 1024

// add adds what a series measured in a second. The caller keeps in.
func (s seriesSum) add(in *Series, second int) {
	key := seriesID{in.Metric, in.Labels}
	to, known := s[key]
	if !known {
		to = &summand{Series: *in, second: second}
		to.Scenario = ""
		s[key] = to
		return
	}
	switch {
	case in.Gauge != nil:
		to.setGauge(in.Gauge, second)
	case in.Sketch != "":
		to.pending, to.waiting = append(to.pending, in.Sketch), to.waiting+len(in.Sketch)
		if to.waiting >= max(minWaiting, len(to.Sketch)) {
			to.settle()
		}
	default:
		to.Count = plus(to.Count, in.Count)
	}
}

// settle adds what is pending.
func (t *summand) settle() {
	if len(t.pending) > 0 {
		t.Sketch = sumOf(0, append(t.pending, t.Sketch)...)
		clear(t.pending)
		t.pending, t.waiting = t.pending[:0], 0
	}
}

// all returns the series in any order. They may be read, but not changed.
func (s seriesSum) all() iter.Seq[*summand] {
	return func(yield func(*summand) bool) {
		for _, one := range s {
			if one.settle(); !yield(one) {
				return
			}
		}
	}
}

// setGauge joins two states of a gauge: the last value is that of the later second, and the largest of
// those of one second.
func (t *summand) setGauge(g *GaugeValue, second int) {
	switch {
	case second > t.second:
		t.Gauge, t.second = t.Gauge.Then(g), second
	case second == t.second:
		t.Gauge = t.Gauge.Join(g)
	default:
		t.Gauge = g.Then(t.Gauge)
	}
}

// count adds up all labels of a counter.
func (s seriesSum) count(m *Metric) (n int64) {
	for key, one := range s {
		if key.metric == m.Name {
			n = plus(n, one.Count)
		}
	}
	return n
}

// full returns the counters that are as large as they can be.
func (s seriesSum) full() []string {
	names := make(map[string]bool)
	for key, one := range s {
		if one.Count >= MaxCount {
			names[key.metric] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// share returns the series sorted by metric and labels. They may be read from now on, but not changed.
func (s seriesSum) share() []Series {
	all := make([]Series, 0, len(s))
	for one := range s.all() {
		all = append(all, one.Series)
	}
	slices.SortFunc(all, compareSeries)
	return all
}

func compareSeries(a, b Series) int {
	return cmp.Or(cmp.Compare(a.Metric, b.Metric), a.Labels.Compare(b.Labels))
}

// joined returns the series of both sums together, sorted. They may be read, but not changed.
func joined(a, b seriesSum) []Series {
	all := slices.Concat(a.share(), b.share())
	slices.SortFunc(all, compareSeries)
	n := 0
	for _, one := range all {
		if n > 0 && compareSeries(all[n-1], one) == 0 {
			all[n-1] = all[n-1].plus(one)
			continue
		}
		all[n] = one
		n++
	}
	return all[:n]
}

func (s Series) plus(o Series) Series {
	s.Count, s.Sketch, s.Gauge = plus(s.Count, o.Count), s.Sketch.Plus(o.Sketch), s.Gauge.Join(o.Gauge)
	return s
}
