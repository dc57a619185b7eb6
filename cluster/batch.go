package cluster

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/suggest"
)

// A runningBatch is a batch with what was commanded so far. Safe for concurrent use.
type runningBatch struct {
	job        node.Job
	aggregator *metrics.Aggregator
	start      time.Time
	plans      []plan.Scenario
	drained    <-chan struct{} // closed when no more iterations of any scenario begin
	saturation saturationWatch // used by whoever publishes intervals

	machines *node.Machines // nil unless they came and went; set before the Results are made

	steering sync.Mutex // held while the nodes obey a command, which may take as long as a silent one is waited for

	mu        sync.Mutex
	commanded map[string]*commanded // by scenario
	notes     []string              // of all scenarios
	lateNodes int                   // that joined after their users were due
}

func newRunningBatch(job node.Job, aggregator *metrics.Aggregator, start time.Time, plans []plan.Scenario, drained <-chan struct{}) *runningBatch {
	b := &runningBatch{job: job, aggregator: aggregator, start: start, plans: plans, drained: drained, commanded: map[string]*commanded{}}
	for _, p := range plans {
		b.commanded[p.Name] = &commanded{}
	}
	return b
}

// elapsed is the time since the start; 0 while the nodes of a cluster wait for it.
func (b *runningBatch) elapsed() time.Duration { return max(time.Since(b.start), 0) }

// stopped says whether a scenario was stopped or has ended.
func (b *runningBatch) stopped(scenario string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.commanded[scenario].stopped || b.commanded[scenario].ended.Load()
}

// choose returns the scenario of a name, or the only one that an empty name can mean.
func (b *runningBatch) choose(name string) (*plan.Scenario, error) {
	var names []string
	var running, controlled []*plan.Scenario
	for i := range b.plans {
		p := &b.plans[i]
		if p.Name == name {
			return p, nil
		}
		if b.commanded[p.Name].ended.Load() {
			continue
		}
		names = append(names, p.Name)
		running = append(running, p)
		if p.Controlled {
			controlled = append(controlled, p)
		}
	}
	switch {
	case len(running) == 0:
		return nil, errors.New("no scenario runs any more")
	case name != "":
		if near := suggest.Closest(name, names); near != "" {
			return nil, fmt.Errorf("no scenario %q runs now: did you mean %s?", name, near)
		}
		return nil, fmt.Errorf("no scenario %q runs now; these do: %s", name, strings.Join(names, ", "))
	case len(controlled) == 1:
		return controlled[0], nil
	case len(running) == 1:
		return running[0], nil
	}
	return nil, fmt.Errorf("several scenarios run, say which one is meant: %s", strings.Join(names, ", "))
}

// describe sets in the states of an interval what was commanded so far.
func (b *runningBatch) describe(interval *metrics.Interval) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, s := range interval.Scenarios {
		c := b.commanded[s.Scenario]
		if c == nil {
			continue
		}
		s.State.Changes = c.changes[:len(c.changes):len(c.changes)]
		if c.users != nil {
			s.State.PlannedUsers = *c.users
		}
	}
}

// complete copies thresholds, changes and the search for the limit from the last interval to a Result.
func (b *runningBatch) complete(result *metrics.Result, last *metrics.Interval) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if last != nil {
		state := last.Scenario(result.Name).State
		result.Thresholds = append(result.Thresholds, state.Thresholds...)
		result.Changes, result.Limit = state.Changes, state.Limit
	}
	result.Health.Notes = append(result.Health.Notes, b.notes...)
	if more := b.lateNodes - mostNamed; more > 0 {
		result.Health.Notes = append(result.Health.Notes, plan.Plural(more, "more node")+" joined late, too")
	}
	c := b.commanded[result.Name]
	if c == nil {
		return
	}
	result.Health.Notes = append(result.Health.Notes, c.losses...)
	if c.unlisted > 0 {
		result.Health.Notes = append(result.Health.Notes, fmt.Sprintf("%d more changes from outside are not listed", c.unlisted))
	}
}
