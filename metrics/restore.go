package metrics

import (
	"fmt"
	"maps"
	"slices"
)

// Restore returns an aggregator of a run that goes on from a checkpoint. What the checkpoint says and no Aggregator can know is
// an error.
func Restore(run RunInfo, c *Checkpoint) (*Aggregator, error) {
	a := NewAggregator(run)
	a.nodes, a.behind = make(map[string]*nodeState), make(map[*nodeState]bool)
	if err := c.data.check(a.grid.width, a.metrics); err != nil {
		return nil, fmt.Errorf("restore the numbers of a run: %w", err)
	}
	a.grid.width, a.grid.length = c.data.Width, c.data.Length
	a.elapsed, a.closed, a.reached, a.emitted = c.data.Elapsed, c.data.Closed, c.data.Reached, c.data.Emitted
	for _, r := range c.data.Readings {
		a.readings = append(a.readings, &Reading{At: run.Start.Add(r.At), Metrics: r.Metrics, Series: r.Series})
	}
	for _, n := range c.data.Nodes {
		own := a.node(n.Name)
		*own = nodeState{
			name: n.Name, newest: n.Newest, missing: n.Missing, reached: n.Reached, ended: n.Ended, end: n.End, late: n.Late, absurd: n.Absurd,
			lost: n.Lost, reason: n.Reason, lostAfter: n.LostAfter, goneAt: n.GoneAt,
		}
		if own.missing == nil {
			own.missing = make(map[int64]int)
		}
		if own.lost || own.complete(a.emitted-maxKept) > a.emitted {
			delete(a.behind, own)
		}
	}
	for _, s := range c.data.Scenarios {
		a.scenario(s.Name).restore(s)
	}
	for _, s := range c.data.Seconds {
		a.restoreSecond(s)
	}
	if a.emitted >= 0 {
		a.second(a.emitted) // so that Finish has one
	}
	return a, nil
}

func (s *scenarioState) restore(c scenarioCheckpoint) {
	s.all = s.restoredPart(c.All)
	for name, p := range c.Nodes {
		s.nodes[name] = s.restoredPart(p)
	}
	for metric, sets := range c.Known {
		s.limits.known[metric] = make(map[Labels]bool)
		for _, labels := range sets {
			s.limits.known[metric][labels] = true
		}
	}
	maps.Copy(s.limits.refused, c.Refused)
	s.newest, s.planned, s.before = span{c.From, c.To}, c.Planned, s.all.users.active()-s.all.gone
}

func (s *scenarioState) restoredPart(c partCheckpoint) *part {
	p := newPart(s.grid)
	p.users, p.gone, p.totals = c.Users, c.Gone, restoredSum(c.Totals)
	p.series.width, p.series.active, p.series.reports = s.grid.width, c.Active, c.Reports
	for metric, one := range c.Histograms {
		b := breakdownOf(p.series.histograms, metric, coarseSum)
		maps.Copy(b.samples, one.Samples)
		for label, column := range one.Columns {
			for _, sketch := range column {
				b.columns[label] = append(b.columns[label], Sketch(sketch))
			}
		}
	}
	restoreColumns(p.series.counters, c.Counters, plus)
	restoreColumns(p.series.gauges, c.Gauges, (*GaugeValue).Then)
	maps.Copy(p.failures, c.Failures)
	return p
}

func restoreColumns[T any](to map[string]*breakdown[T], from map[string]columns[T], plus func(T, T) T) {
	for metric, one := range from {
		b := breakdownOf(to, metric, plus)
		maps.Copy(b.columns, one.Columns)
		maps.Copy(b.samples, one.Samples)
	}
}

func restoredSum(all []totalCheckpoint) seriesSum {
	sum := make(seriesSum, len(all))
	for _, one := range all {
		sum[seriesID{one.Metric, one.Labels}] = &summand{Series: one.Series, second: one.Second}
	}
	return sum
}

func (a *Aggregator) restoreSecond(c secondCheckpoint) {
	s := a.second(c.Number)
	s.end = c.End
	for _, node := range c.Nodes {
		s.nodes[node] = true
	}
	for _, name := range slices.Sorted(maps.Keys(c.Parts)) {
		p := c.Parts[name]
		*s.of(a.scenario(name)) = content{
			series: restoredSum(p.Series), users: p.Users, gone: p.Gone, failures: p.Failures, newest: span{p.From, p.To},
		}
	}
}
