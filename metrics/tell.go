package metrics

import (
	"maps"
	"slices"
	"time"
)

// Finish returns the intervals of everything that was not told yet, when no more snapshots come. The last
// one is Final; there is none without a snapshot.
func (a *Aggregator) Finish() []*Interval {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.seconds) == 0 {
		return nil
	}
	newest := slices.Max(slices.Collect(maps.Keys(a.seconds)))
	a.seconds[newest].changed = true
	intervals := a.tell(newest)
	intervals[len(intervals)-1].Final = true
	return intervals
}

// tellDue returns the intervals that are due. Without a new second there are none: what has changed of old
// ones waits for it.
func (a *Aggregator) tellDue() []*Interval {
	if due := a.due(); due > a.told {
		return a.tell(due)
	}
	return nil
}

// tell returns the intervals of the seconds up to due that are new or have changed, the oldest first. They
// share one state.
func (a *Aggregator) tell(due int) []*Interval {
	a.fold(due)
	a.told = max(a.told, due)
	intervals := a.intervals()
	a.close()
	return intervals
}

// fold adds what has come of the seconds up to last to the totals.
func (a *Aggregator) fold(last int) {
	for number, s := range a.seconds {
		if number <= last && s.changed {
			s.fold()
			a.elapsed = max(a.elapsed, s.end)
		}
	}
}

// intervals makes the intervals of the seconds that are to be told.
func (a *Aggregator) intervals() []*Interval {
	var all []*Interval
	head, states, active := a.head(), make([]*State, len(a.scenarios)), make([]int64, len(a.scenarios))
	for i, scenario := range a.scenarios {
		states[i], active[i] = a.state(scenario), scenario.before
	}
	for _, number := range slices.Sorted(maps.Keys(a.seconds)) {
		s := a.seconds[number]
		for i, scenario := range a.scenarios {
			active[i] += s.content(scenario).active()
		}
		if s.changed && number >= a.closed && number <= a.told {
			all = append(all, a.interval(head, s, active, states))
		}
	}
	return all
}

// head is what all intervals have in common that are made now.
func (a *Aggregator) head() Interval {
	head := Interval{RunID: a.run.RunID, Start: a.run.Start, Width: intervalWidth, Elapsed: a.elapsed, Health: a.health()}
	for _, name := range slices.Sorted(maps.Keys(a.nodes)) {
		switch n := a.nodes[name]; {
		case n.lost:
			head.Lost = append(head.Lost, name)
		case n.reached >= 0:
			head.Nodes++
		}
	}
	return head
}

func (a *Aggregator) interval(head Interval, s *second, active []int64, states []*State) *Interval {
	s.changed = false
	s.revision++
	i := head
	i.Offset, i.Revision, i.Reported = intervalWidth*time.Duration(s.number), s.revision, len(s.nodes)
	i.Generator, i.Snapshots = s.content(a.own).series.share(), s.snapshots
	for k, scenario := range a.scenarios {
		c := s.content(scenario)
		i.Scenarios = append(i.Scenarios, ScenarioInterval{
			Scenario: scenario.info.Name, Series: c.series.share(), Users: c.users, Active: active[k], Failures: c.failures, State: states[k],
		})
	}
	return &i
}

// close forgets the seconds of which no snapshot is missing or expected any more.
func (a *Aggregator) close() {
	closed := a.told + 1 - keepLeast
	for _, n := range a.nodes {
		if !n.lost || n.reached >= a.told-keepMost {
			closed = min(closed, n.complete(a.told-keepMost)+1)
		}
	}
	a.closed = max(a.closed, closed, a.told+1-keepMost)
	for number, s := range a.seconds {
		switch {
		case number < a.closed:
			for _, scenario := range a.scenarios {
				scenario.before += s.content(scenario).active()
			}
			delete(a.seconds, number)
		case number <= a.told-keepLeast:
			s.age()
		}
	}
}
