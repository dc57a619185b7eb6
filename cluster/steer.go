package cluster

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/plan/shape"
	"github.com/liveload/liveload/suggest"
)

// maxChanges is how many changes of a scenario its Result lists.
const maxChanges = 1000

// Steered is what a command changed.
type Steered struct {
	Scenario string           `json:"scenario"`
	Changes  []metrics.Change `json:"changes"` // empty when nothing differed
}

// Steer changes a running scenario and returns what it changed. The name may be "" for the only scenario that
// runs, or the only one whose load is controlled. Safe for concurrent use. An error has changed nothing.
func (c *Controller) Steer(ctx context.Context, scenario string, cmd plan.Command) (Steered, error) {
	batch := c.batch.Load()
	if batch == nil {
		return Steered{}, errors.New("no scenario runs now: the run is still preparing one, or has done the last. `liveload control status` shows when one runs")
	}
	steered, err := batch.steer(ctx, scenario, cmd)
	for _, change := range steered.Changes {
		c.Log.Info("changed from outside: " + change.Of(steered.Scenario))
		if change.What == metrics.Stopped {
			batch.aggregator.Stopped(steered.Scenario, change.Offset())
		}
	}
	return steered, err
}

// A runningBatch is a batch with what was commanded so far. Safe for concurrent use.
type runningBatch struct {
	job        node.Job
	aggregator *metrics.Aggregator
	start      time.Time
	plans      []plan.Scenario

	mu        sync.Mutex
	drained   <-chan struct{}       // closed when no more iterations of any scenario begin; nil before the run
	commanded map[string]*commanded // by scenario
}

// commanded is what was commanded to a scenario so far; nil values were not.
type commanded struct {
	users    *int
	rate     *shape.Rate
	paused   bool
	stopped  bool
	ended    atomic.Bool // the scenario has
	changes  []metrics.Change
	unlisted int // changes beyond maxChanges
}

func newRunningBatch(job node.Job, aggregator *metrics.Aggregator, start time.Time, plans []plan.Scenario) *runningBatch {
	b := &runningBatch{job: job, aggregator: aggregator, start: start, plans: plans, commanded: map[string]*commanded{}}
	for _, p := range plans {
		b.commanded[p.Name] = &commanded{}
	}
	return b
}

// setDrain sets what the end of all scenarios is known by.
func (b *runningBatch) setDrain(drained <-chan struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.drained = drained
}

// draining says whether no more iterations of any scenario begin.
func (b *runningBatch) draining() bool {
	return ended(context.Background(), b.drained)
}

func (b *runningBatch) steer(ctx context.Context, scenario string, cmd plan.Command) (Steered, error) {
	plan, err := b.choose(scenario)
	if err != nil {
		return Steered{}, err
	}
	if plan.FindLimit != nil && (cmd.Users != nil || cmd.Rate != nil || cmd.Paused != nil) {
		return Steered{}, fmt.Errorf("steer scenario %q: a search for its limit decides which load there is, and obeys stop only", plan.Name)
	}
	b.mu.Lock() // also while the nodes obey, so that commands take effect in their order
	defer b.mu.Unlock()
	if !cmd.Stop && b.state(plan, b.commanded[plan.Name], time.Since(b.start)) == Finishing {
		return Steered{}, fmt.Errorf("steer scenario %q: it begins no more iterations, its last ones finish", plan.Name)
	}
	if err := b.job.Steer(ctx, plan.Name, cmd); err != nil {
		return Steered{}, err
	}
	c, elapsed := b.commanded[plan.Name], time.Since(b.start)
	changes := c.record(plan, cmd, elapsed)
	for i := range changes {
		changes[i].OffsetMS = elapsed.Milliseconds()
		if len(c.changes) < maxChanges {
			c.changes = append(c.changes, changes[i])
		} else {
			c.unlisted++
		}
	}
	return Steered{Scenario: plan.Name, Changes: changes}, nil
}

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

// record remembers a command that was obeyed, and returns what it changed.
func (c *commanded) record(plan *plan.Scenario, cmd plan.Command, elapsed time.Duration) (changes []metrics.Change) {
	note := func(what metrics.ChangeKind, from, to string) {
		if from != to || from == "" {
			changes = append(changes, metrics.Change{What: what, From: from, To: to})
		}
	}
	if cmd.Users != nil {
		note(metrics.ChangedUsers, strconv.Itoa(c.usersOf(plan, elapsed)), strconv.Itoa(*cmd.Users))
		users := *cmd.Users
		c.users = &users
	}
	if cmd.Rate != nil {
		note(metrics.ChangedRate, c.rateOf(plan, elapsed), cmd.Rate.String())
		rate := *cmd.Rate
		c.rate = &rate
	}
	if cmd.Paused != nil && *cmd.Paused != c.paused {
		what := metrics.Resumed
		if *cmd.Paused {
			what = metrics.Paused
		}
		note(what, "", "")
		c.paused = *cmd.Paused
	}
	if cmd.Stop && !c.stopped {
		note(metrics.Stopped, "", "")
		c.stopped = true
	}
	return changes
}

// usersOf is how many users a closed scenario is to have.
func (c *commanded) usersOf(plan *plan.Scenario, elapsed time.Duration) int {
	if c.users != nil {
		return *c.users
	}
	return plan.UsersAt(elapsed - time.Duration(plan.StartTime))
}

// rateOf is at which rate an open scenario is to begin iterations.
func (c *commanded) rateOf(scenario *plan.Scenario, elapsed time.Duration) string {
	switch {
	case c.rate != nil:
		return c.rate.String()
	case scenario.Kind() == plan.KindConstantRate:
		return scenario.Rate.String()
	}
	now := scenario.RateAt(elapsed - time.Duration(scenario.StartTime))
	return strconv.FormatFloat(math.Round(10*now)/10, 'f', -1, 64) + "/s"
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
	if c := b.commanded[result.Name]; c != nil && c.unlisted > 0 {
		result.Health.Notes = append(result.Health.Notes, fmt.Sprintf("%d more changes from outside are not listed", c.unlisted))
	}
}
