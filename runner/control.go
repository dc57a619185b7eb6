package runner

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/plan/shape"
)

// A Control steers one running scenario from outside. Safe for concurrent use.
type Control struct {
	scenario *plan.Scenario
	stopped  <-chan struct{} // closed by stop
	stop     func()

	mu      sync.Mutex
	state   commands
	begun   bool          // a run of the scenario has
	running int           // runs: the node's own part, and those that it has taken over
	changed chan struct{} // closed and replaced at each change
}

// commands are the state that all commands so far have led to.
type commands struct {
	users  *int
	rate   *shape.Rate
	slots  int       // among which its arrivals are dealt to nodes; 0 is all
	since  time.Time // of rate
	paused bool
}

// NewControl returns the control of a scenario. It may be used before the scenario runs.
func NewControl(scenario *plan.Scenario) *Control {
	stopped, stop := context.WithCancel(context.Background())
	return &Control{scenario: scenario, changed: make(chan struct{}), stopped: stopped.Done(), stop: stop}
}

// Steer carries out a command. When it returns an error, which says what the scenario cannot do, nothing has changed.
func (c *Control) Steer(cmd plan.Command) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.refuse(cmd); err != nil {
		return fmt.Errorf("steer scenario %q: %w", c.scenario.Name, err)
	}
	if cmd.Users != nil {
		c.state.users = new(*cmd.Users)
	}
	if cmd.Rate != nil {
		c.state.rate, c.state.slots, c.state.since = new(*cmd.Rate), cmd.Slots, time.Now()
	}
	if cmd.Paused != nil {
		c.state.paused = *cmd.Paused
	}
	if cmd.Stop {
		c.stop()
	}
	close(c.changed)
	c.changed = make(chan struct{})
	return nil
}

func (c *Control) refuse(cmd plan.Command) error {
	open := c.scenario.Kind().Open()
	switch {
	case c.begun && c.running == 0 && c.scenario.Segment == nil: // of several nodes: a part of others may be taken over
		return errors.New("it has ended")
	case cmd.Users != nil && open:
		return errors.New("it starts iterations at a rate and has no fixed number of users: change its rate")
	case cmd.Rate != nil && !open:
		return errors.New("it has users and no rate: change its users")
	case cmd.Rate != nil && plan.CheckRate(*cmd.Rate) != nil:
		return fmt.Errorf("the rate %w", plan.CheckRate(*cmd.Rate))
	case cmd.Users != nil && *cmd.Users < 0:
		return fmt.Errorf("%d is not a number of users: it starts at 0", *cmd.Users)
	}
	return nil
}

// current returns what was commanded, and a channel that is closed at the next change.
func (c *Control) current() (commands, <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.state, c.changed
}

// waitWhilePaused waits while the scenario is paused. It refuses when ctx was over first, or when the session of the
// user that waits was lost; lost may be nil.
func (c *Control) waitWhilePaused(ctx context.Context, lost <-chan struct{}) refusal {
	for ctx.Err() == nil {
		state, changed := c.current()
		if !state.paused {
			return granted
		}
		select {
		case <-changed:
		case <-lost:
			return sessionLost
		case <-ctx.Done():
		}
	}
	return timeIsOver
}

// begin counts a run that begins. The caller calls end when it has ended: when all have, and there cannot be others, Steer
// refuses everything.
func (c *Control) begin() (end func()) {
	c.count(1)
	return func() { c.count(-1) }
}

func (c *Control) count(runs int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.begun = true
	c.running += runs
}
