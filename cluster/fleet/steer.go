package fleet

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/liveload/liveload/plan"
)

// Steer implements node.Job: each member takes its segment of what is commanded. One on which the scenario has ended is told
// too, since it may take over a part that has not. Steer fails when the scenario runs on no member that obeys; one that does
// not while others do is logged. Nodes that are still to come are told when they join.
func (j *job) Steer(ctx context.Context, scenario string, cmd plan.Command) (err error) {
	j.steering.Lock()
	defer j.steering.Unlock()
	j.mu.Lock()
	if j.allocator != nil {
		cmd = j.allocator.complete(scenario, cmd)
		defer func() { j.obeyed(scenario, cmd, err == nil) }()
	}
	running, expected := j.running(scenario), j.expectsNamed(scenario)
	told := slices.Clone(running)
	for _, c := range j.carriers {
		if c.isThere() && !slices.Contains(running, c) {
			told = append(told, c)
		}
	}
	j.mu.Unlock()
	if len(running) == 0 && !expected {
		return fmt.Errorf("steer scenario %q: it does not run now", scenario)
	}
	errs := each(told, func(c *carrier) error { return c.job.Steer(ctx, scenario, cmd) })
	if len(running) > 0 && !slices.Contains(errs[:len(running)], nil) {
		return errors.Join(errs[:len(running)]...)
	}
	for i, err := range errs {
		if err != nil {
			j.log.Warn("a node did not obey a command", "node", told[i].member.name(), "error", err)
		}
	}
	if cmd.Users != nil {
		j.mu.Lock()
		j.commanded[scenario] = cmd.Users
		j.mu.Unlock()
	}
	return nil
}

// obeyed follows a command that nodes have obeyed, and lets them leave again.
func (j *job) obeyed(scenario string, cmd plan.Command, ok bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	now := time.Duration(0)
	if !j.start.IsZero() { // else the job is about to run
		now = time.Since(j.start)
	}
	j.allocator.release(scenario, now, cmd, ok)
}
