package metrics

import (
	"slices"
	"time"
)

// State returns what was measured as thresholds read it, at the end of the run.
func (r *Result) State() *State {
	g := &r.Global
	s := &State{Elapsed: time.Duration(g.ElapsedMS) * time.Millisecond, ScenarioElapsed: time.Duration(g.ScenarioMS) * time.Millisecond}
	for name, by := range g.Histograms {
		for _, one := range setsOf(r.Metric(name), by, func(labelled []HistogramValues) (HistogramValues, bool) {
			rest := by.Aggregate.Sketch
			for _, v := range labelled {
				rest, _ = rest.Minus(v.Sketch)
			}
			return ValuesOf(rest), rest != ""
		}) {
			s.Totals = append(s.Totals, Series{Metric: name, Labels: one.Labels, Sketch: one.Value.Sketch})
		}
	}
	for name, by := range g.Counters {
		for _, one := range setsOf(r.Metric(name), by, func(labelled []int64) (int64, bool) {
			rest := by.Aggregate
			for _, n := range labelled {
				rest -= n
			}
			return rest, rest > 0
		}) {
			s.Totals = append(s.Totals, Series{Metric: name, Labels: one.Labels, Count: one.Value})
		}
	}
	for name, by := range g.Gauges {
		for _, one := range setsOf(r.Metric(name), by, func(labelled []GaugeValue) (GaugeValue, bool) {
			return by.Aggregate, len(labelled) == 0
		}) {
			s.Totals = append(s.Totals, Series{Metric: name, Labels: one.Labels, Gauge: &one.Value})
		}
	}
	slices.SortFunc(s.Totals, compareSeries)
	return s
}

// setsOf returns what was measured with each set of labels. Of a metric with one label these are its values, and rest is
// what samples without it measured.
func setsOf[T any](m *Metric, by By[T], rest func(labelled []T) (value T, some bool)) []LabelledValue[T] {
	if by.Series != nil {
		return by.Series
	}
	var sets []LabelledValue[T]
	var labelled []T
	if len(m.Labels) > 0 {
		for label, value := range by.By {
			sets, labelled = append(sets, LabelledValue[T]{m.With(label), value}), append(labelled, value)
		}
	}
	if value, some := rest(labelled); some {
		sets = append(sets, LabelledValue[T]{Value: value})
	}
	return sets
}
