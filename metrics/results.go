package metrics

import (
	"maps"
	"math"
	"slices"
	"time"
)

// Results returns one Result for each scenario, of everything that was added. end is when the run ended. Thresholds,
// Changes and Limit are the caller's to set.
func (a *Aggregator) Results(end time.Time) []Result {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.fold(math.MaxInt)
	a.thinNodes()
	elapsed := max(a.elapsed, end.Sub(a.run.Start))
	a.grid.bucket(elapsed - 1) // this may change the width
	results := make([]Result, 0, len(a.scenarios))
	for _, s := range a.scenarios {
		r := Result{
			Name:            s.info.Name,
			RunID:           a.run.RunID,
			GeneratedAt:     end.UTC(),
			LiveloadVersion: a.run.Version,
			Format:          ResultFormat,
			BucketWidthMS:   a.grid.width.Milliseconds(),
			QuantilePoints:  quantilePoints(),
			Load:            s.info.Load,
			Options:         s.info.Options,
			Labels:          map[string]string{},
			Nodes:           []NodeResult{},
			Thresholds:      []ThresholdOutcome{},
			Health:          a.health(),
			Metrics:         a.metrics.definedSince(0),
		}
		maps.Copy(r.Labels, a.run.Labels)
		maps.Copy(r.Labels, s.info.Tags)
		r.Global = a.scenarioResult(elapsed, s.all, a.generator.all, true)
		if !a.run.Part {
			r.Global.TimeSeries.DropSketches()
		}
		r.Global.TimeSeries.NodeCount = a.nodeCount()
		r.Global.ScenarioMS = a.elapsedOf(s).Milliseconds()
		for _, name := range slices.Sorted(maps.Keys(a.nodes)) {
			r.Nodes = append(r.Nodes, a.nodeResult(elapsed, s, a.nodes[name]))
		}
		results = append(results, r)
	}
	return results
}

// thinNodes drops what nodes had over time before they were too many for it.
func (a *Aggregator) thinNodes() {
	if len(a.nodes) <= maxSeriesNodes {
		return
	}
	for _, scenario := range append(slices.Clone(a.scenarios), a.generator) {
		for _, p := range scenario.nodes {
			clear(p.series.histograms)
		}
	}
}

// nodeCount returns how many nodes reported in each bucket.
func (a *Aggregator) nodeCount() []int {
	count := make([]int, a.grid.length)
	for _, p := range a.generator.nodes {
		p.series.widen()
		for i, n := range p.series.reports {
			if n > 0 {
				count[i]++
			}
		}
	}
	return count
}

func (a *Aggregator) nodeResult(elapsed time.Duration, s *scenarioState, n *nodeState) NodeResult {
	r := NodeResult{Node: n.name, Status: NodeOK, Reason: n.reason}
	if n.lost {
		r.Status, r.LostMS = NodeLost, Milliseconds(n.lostAfter)
		if n.newest == 0 {
			r.Status = NodeError
			return r
		}
	}
	result := a.scenarioResult(elapsed, s.node(n.name), a.generator.node(n.name), false)
	result.TimeSeries.DropSketches()
	r.Result, r.ReportedMS = &result, Milliseconds(n.end)
	return r
}

// scenarioResult joins what was measured of a scenario with what the nodes measured about themselves. Users and
// failures are the scenario's. Without series it stays small for 200 nodes.
func (a *Aggregator) scenarioResult(elapsed time.Duration, p, own *part, series bool) ScenarioResult {
	r := ScenarioResult{
		Users:          UserTotals{Total: p.users.Succeeded + p.users.Failed, Succeeded: p.users.Succeeded, Failed: p.users.Failed},
		DurationMS:     int64(a.grid.length) * a.grid.width.Milliseconds(),
		ElapsedMS:      elapsed.Milliseconds(),
		Histograms:     make(map[string]HistogramBy),
		Counters:       make(map[string]CounterBy),
		Gauges:         make(map[string]GaugeBy),
		TimeSeries:     timeSeriesOf(p.series, own.series, 0),
		FailureSamples: maps.Clone(p.failures),
	}
	r.addTotals(joined(p.totals, own.totals), a.metrics, series)
	return r
}

// addTotals adds series, which come sorted.
func (r *ScenarioResult) addTotals(sorted []Series, known *Registry, series bool) {
	for _, one := range sorted {
		m := known.find(one.Metric)
		switch {
		case one.Sketch != "":
			addTotal(r.Histograms, m, one.Labels, ValuesOf(one.Sketch), HistogramValues.plus, series)
		case one.Gauge != nil:
			addTotal(r.Gauges, m, one.Labels, *one.Gauge, GaugeValue.Plus, series)
		default:
			addTotal(r.Counters, m, one.Labels, one.Count, plus, series)
		}
	}
}

// addTotal adds the value of one set of labels to a metric. The sets come sorted.
func addTotal[T any](all map[string]By[T], m *Metric, labels Labels, value T, plus func(T, T) T, series bool) {
	total, known := all[m.Name]
	if known {
		total.Aggregate = plus(total.Aggregate, value)
	} else {
		total = By[T]{Aggregate: value, By: make(map[string]T)}
	}
	if by := m.By(labels); by != "" {
		if before, known := total.By[by]; known {
			total.By[by] = plus(before, value)
		} else {
			total.By[by] = value
		}
	}
	if series && (len(m.Labels) > 1 || m.Tagged) {
		total.Series = append(total.Series, LabelledValue[T]{labels, value})
	}
	all[m.Name] = total
}
