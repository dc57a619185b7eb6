package metrics

import (
	"maps"
	"slices"
	"time"
)

// Finish returns the intervals of all seconds that are new or have changed, when no more snapshots come. The last
// one is Final; there is none without a snapshot.
func (a *Aggregator) Finish() []*Interval {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.seconds) == 0 {
		return nil
	}
	newest := slices.Max(slices.Collect(maps.Keys(a.seconds)))
	a.takeReadings(newest, true)
	a.seconds[newest].changed = true
	intervals := a.emit(newest)
	intervals[len(intervals)-1].Final = true
	return intervals
}

// emitDue returns the intervals that are due. There are none without a new second: changes of old ones wait for
// it.
func (a *Aggregator) emitDue() []*Interval {
	if len(a.behind) > 0 && a.reached-maxWait <= a.emitted {
		return nil
	}
	if due := a.due(); due > a.emitted {
		return a.emit(due)
	}
	return nil
}

// due is the newest second that need not wait for a node.
func (a *Aggregator) due() int {
	slowest := forever
	for _, n := range a.nodes {
		if !n.lost {
			slowest = min(slowest, n.complete(a.emitted-maxKept))
		}
	}
	return max(min(slowest, a.reached), a.reached-maxWait)
}

// emit returns the intervals of the seconds up to due that are new or have changed, the oldest first. They
// share one state.
func (a *Aggregator) emit(due int) []*Interval {
	a.takeReadings(due, false)
	a.fold(due)
	a.emitted = max(a.emitted, due)
	for _, n := range a.nodes {
		if !n.lost && n.complete(a.emitted-maxKept) <= a.emitted {
			a.behind[n] = true
		} else {
			delete(a.behind, n)
		}
	}
	intervals := a.intervals()
	a.close()
	return intervals
}

// fold adds the fresh content of the seconds up to last to the totals, in order: of a gauge the last value counts.
func (a *Aggregator) fold(last int) {
	for _, number := range slices.Sorted(maps.Keys(a.seconds)) {
		if s := a.seconds[number]; number <= last && s.changed {
			s.fold()
			a.elapsed = max(a.elapsed, s.end)
		}
	}
}

// intervals makes the intervals of the seconds that are new or have changed.
func (a *Aggregator) intervals() []*Interval {
	var all []*Interval
	common, states, active := a.common(), make([]*State, len(a.scenarios)), make([]int64, len(a.scenarios))
	for i, scenario := range a.scenarios {
		states[i], active[i] = a.state(scenario), scenario.before
	}
	nodes := a.nodeParts()
	for _, number := range slices.Sorted(maps.Keys(a.seconds)) {
		s := a.seconds[number]
		nodes.pass(s)
		for i, scenario := range a.scenarios {
			active[i] += s.content(scenario).active()
		}
		if s.changed && number >= a.closed && number <= a.emitted {
			all = append(all, a.interval(common, s, active, states, nodes))
		}
	}
	return all
}

// common is what all intervals share that are made now.
func (a *Aggregator) common() Interval {
	common := Interval{RunID: a.run.RunID, Start: a.run.Start, Width: intervalWidth, Elapsed: a.elapsed, Metrics: a.metrics.definedSince(0), Health: a.health()}
	for _, name := range slices.Sorted(maps.Keys(a.nodes)) {
		switch n := a.nodes[name]; {
		case n.lost:
			common.Lost = append(common.Lost, name)
		case n.reached >= 0 && !(n.ended && n.reached < a.emitted-maxWait): // those that have left do not report any more
			common.Nodes++
		}
	}
	return common
}

func (a *Aggregator) interval(common Interval, s *second, active []int64, states []*State, nodes nodeParts) *Interval {
	s.changed = false
	s.revision++
	i := common
	i.Offset, i.Revision, i.Reported = intervalWidth*time.Duration(s.number), s.revision, len(s.nodes)
	i.Generator, i.ByNode, i.news = s.content(a.generator).series.share(), nodes.of(s, a.generator), s.takeNews(a.generator)
	i.reporters = slices.Collect(maps.Keys(s.nodes))
	for k, scenario := range a.scenarios {
		c := s.content(scenario)
		i.Scenarios = append(i.Scenarios, ScenarioInterval{
			Scenario: scenario.info.Name, Series: c.series.share(), Users: c.users, Active: active[k], Failures: c.failures, State: states[k],
			ByNode: nodes.of(s, scenario), news: s.takeNews(scenario),
		})
	}
	return &i
}

// close forgets the seconds that cannot change any more.
func (a *Aggregator) close() {
	closed := a.emitted + 1 - minKept
	for _, n := range a.nodes {
		if !n.lost || n.reached >= a.emitted-maxKept {
			closed = min(closed, n.complete(a.emitted-maxKept)+1)
		}
	}
	a.closed = max(a.closed, closed, a.emitted+1-maxKept)
	for number, s := range a.seconds {
		switch {
		case number < a.closed:
			for _, scenario := range a.scenarios {
				scenario.before += s.content(scenario).active()
			}
			delete(a.seconds, number)
		case number <= a.emitted-minKept:
			a.forgetNodes(s)
		}
	}
}
