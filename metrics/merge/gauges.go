package merge

import "github.com/liveload/liveload/metrics"

// A datedGauge is a gauge with the bucket in which it was set last: the later value counts, and the larger one of the
// same bucket.
type datedGauge struct {
	metrics.GaugeValue
	at int
}

func (g datedGauge) plus(o datedGauge) datedGauge {
	both := datedGauge{g.GaugeValue.Plus(o.GaugeValue), max(g.at, o.at)}
	switch {
	case g.at > o.at:
		both.Last = g.Last
	case o.at > g.at:
		both.Last = o.Last
	}
	return both
}

// dated reads from the time series of a part when its gauges were set last.
func dated(r metrics.ScenarioResult, at place, find lookup) map[string]metrics.By[datedGauge] {
	all := make(map[string]metrics.By[datedGauge])
	for name, by := range r.Gauges {
		m, columns := find(name), r.TimeSeries.Gauges[name]
		date := func(g metrics.GaugeValue, label string) datedGauge {
			column, kept := columns.By[label]
			if !kept {
				column = columns.Aggregate
			}
			return datedGauge{g, lastSet(put(at, column, (*metrics.GaugeValue).Then))}
		}
		one := metrics.By[datedGauge]{Aggregate: date(by.Aggregate, ""), By: make(map[string]datedGauge)}
		for label, g := range by.By {
			one.By[label] = date(g, label)
		}
		for _, s := range by.Series {
			one.Series = append(one.Series, metrics.LabelledValue[datedGauge]{Labels: s.Labels, Value: date(s.Value, m.By(s.Labels))})
		}
		all[name] = one
	}
	return all
}

func lastSet(column []*metrics.GaugeValue) int {
	for i := len(column) - 1; i >= 0; i-- {
		if column[i] != nil {
			return i
		}
	}
	return -1
}

// undated returns what the Result has of gauges. Its aggregate has the largest last value of all labels.
func undated(all map[string]metrics.By[datedGauge]) map[string]metrics.GaugeBy {
	gauges := make(map[string]metrics.GaugeBy)
	for name, by := range all {
		one := metrics.GaugeBy{By: make(map[string]metrics.GaugeValue)}
		var values []metrics.GaugeValue
		for label, g := range by.By {
			one.By[label] = g.GaugeValue
			values = append(values, g.GaugeValue)
		}
		for _, s := range by.Series {
			one.Series = append(one.Series, metrics.LabelledValue[metrics.GaugeValue]{Labels: s.Labels, Value: s.Value.GaugeValue})
			values = append(values, s.Value.GaugeValue)
		}
		if values == nil {
			values = []metrics.GaugeValue{by.Aggregate.GaugeValue}
		}
		one.Aggregate = values[0]
		for _, g := range values[1:] {
			one.Aggregate = one.Aggregate.Plus(g)
		}
		gauges[name] = one
	}
	return gauges
}
