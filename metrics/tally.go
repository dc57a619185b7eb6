package metrics

// A tally gathers the numbers of one or several parts by metric and label. The distributions in it are
// only read.
type tally struct {
	histograms map[string]map[string]*dist
	counters   map[string]map[string]int64
	gauges     map[string]map[string]GaugeValue
}

func newTally() *tally {
	return &tally{
		histograms: make(map[string]map[string]*dist),
		counters:   make(map[string]map[string]int64),
		gauges:     make(map[string]map[string]GaugeValue),
	}
}

// addTotals adds what a part counted over the whole run.
func (t *tally) addTotals(p *part) {
	for key, one := range p.totals {
		switch {
		case one.Sketch != nil:
			t.addHistogram(key, one.Sketch.copy().d)
		case one.Gauge != nil:
			child(t.gauges, key.metric)[key.label] = *one.Gauge
		default:
			child(t.counters, key.metric)[key.label] += one.Count
		}
	}
}

func (t *tally) addHistogram(key metricLabel, d *dist) {
	by := child(t.histograms, key.metric)
	if known, ok := by[key.label]; ok {
		both := known.Copy()
		mergeDist(both, d)
		d = both
	}
	by[key.label] = d
}

func child[V any](m map[string]map[string]V, key string) map[string]V {
	by, ok := m[key]
	if !ok {
		by = make(map[string]V)
		m[key] = by
	}
	return by
}

func sumOf(by map[string]int64) int64 {
	var n int64
	for _, v := range by {
		n += v
	}
	return n
}

func mergedDist(by map[string]*dist) *dist {
	all := newDist()
	for _, d := range by {
		mergeDist(all, d)
	}
	return all
}

func (t *tally) histogramResults() map[string]HistogramBy {
	results := make(map[string]HistogramBy, len(t.histograms))
	for name, by := range t.histograms {
		h := HistogramBy{Aggregate: valuesOf(compactOf(mergedDist(by), 0)), By: make(map[string]HistogramValues, len(by))}
		for label, d := range by {
			if label != "" {
				h.By[label] = valuesOf(compactOf(d, 0))
			}
		}
		results[name] = h
	}
	return results
}

func (t *tally) counterResults() map[string]CounterBy {
	results := make(map[string]CounterBy, len(t.counters))
	for name, by := range t.counters {
		c := CounterBy{Aggregate: sumOf(by), By: make(map[string]int64, len(by))}
		for label, n := range by {
			if label != "" {
				c.By[label] = n
			}
		}
		results[name] = c
	}
	return results
}

func (t *tally) gaugeResults() map[string]GaugeBy {
	results := make(map[string]GaugeBy, len(t.gauges))
	for name, by := range t.gauges {
		results[name] = gaugeBy(by)
	}
	return results
}

// gaugeBy brings the labels of a gauge together: of their last values the largest.
func gaugeBy(by map[string]GaugeValue) GaugeBy {
	g := GaugeBy{By: make(map[string]GaugeValue, len(by))}
	first := true
	for label, v := range by {
		if first {
			g.Aggregate, first = v, false
		}
		g.Aggregate.Last = max(g.Aggregate.Last, v.Last)
		g.Aggregate.Min = min(g.Aggregate.Min, v.Min)
		g.Aggregate.Max = max(g.Aggregate.Max, v.Max)
		if label != "" {
			g.By[label] = v
		}
	}
	return g
}
