package cluster

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/plan/shape"
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

// commanded is what was commanded to a scenario so far; nil values were not.
type commanded struct {
	users    *int
	rate     *shape.Rate
	paused   bool
	stopped  bool
	ended    atomic.Bool // the scenario has
	changes  []metrics.Change
	unlisted int      // changes beyond maxChanges
	losses   []string // what became of the load of lost nodes
}

// list adds changes to those that the Result lists.
func (c *commanded) list(changes ...metrics.Change) {
	for _, change := range changes {
		if len(c.changes) == maxChanges {
			c.unlisted++
			continue
		}
		c.changes = append(c.changes, change)
	}
}

func (b *runningBatch) steer(ctx context.Context, scenario string, cmd plan.Command) (Steered, error) {
	p, err := b.choose(scenario)
	if err != nil {
		return Steered{}, err
	}
	if p.FindLimit != nil && (cmd.Users != nil || cmd.Rate != nil || cmd.Paused != nil) {
		return Steered{}, fmt.Errorf("steer scenario %q: a search for its limit decides which load there is, and accepts only stop", p.Name)
	}
	b.steering.Lock() // commands take effect in their order
	defer b.steering.Unlock()
	if !cmd.Stop && b.isFinishing(p) {
		return Steered{}, fmt.Errorf("steer scenario %q: it begins no more iterations, its last ones finish", p.Name)
	}
	if err := b.job.Steer(ctx, p.Name, cmd); err != nil {
		return Steered{}, err
	}
	return Steered{Scenario: p.Name, Changes: b.obeyed(p, cmd)}, nil
}

func (b *runningBatch) isFinishing(p *plan.Scenario) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.state(p, b.commanded[p.Name], b.elapsed()) == Finishing
}

// obeyed notes a command that the nodes have obeyed, and returns what it changed.
func (b *runningBatch) obeyed(p *plan.Scenario, cmd plan.Command) []metrics.Change {
	b.mu.Lock()
	defer b.mu.Unlock()
	c, elapsed := b.commanded[p.Name], b.elapsed()
	changes := c.record(p, cmd, elapsed)
	for i := range changes {
		changes[i].OffsetMS = elapsed.Milliseconds()
	}
	c.list(changes...)
	return changes
}

// record remembers a command that was obeyed, and returns what it changed.
func (c *commanded) record(p *plan.Scenario, cmd plan.Command, elapsed time.Duration) (changes []metrics.Change) {
	note := func(what metrics.ChangeKind, from, to string) {
		if from != to || from == "" {
			changes = append(changes, metrics.Change{What: what, From: from, To: to})
		}
	}
	if cmd.Users != nil {
		note(metrics.ChangedUsers, strconv.Itoa(c.usersOf(p, elapsed)), strconv.Itoa(*cmd.Users))
		c.users = new(*cmd.Users)
	}
	if cmd.Rate != nil {
		note(metrics.ChangedRate, c.rateOf(p, elapsed), cmd.Rate.String())
		c.rate = new(*cmd.Rate)
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
func (c *commanded) usersOf(p *plan.Scenario, elapsed time.Duration) int {
	if c.users != nil {
		return *c.users
	}
	return p.UsersAt(elapsed - time.Duration(p.StartTime))
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
