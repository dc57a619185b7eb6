package fleet

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/runner"
)

// isInterruption says whether a job that was stopped has ended for that reason, and not because its member has failed.
func isInterruption(ctx context.Context, err error) bool {
	return err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Cause(ctx))
}

// carry runs the job of a member until it has ended, or is given up.
func (j *job) carry(ctx context.Context, c *carrier, out chan<- node.Event) {
	if c.job == nil {
		c.err = c.gone
		j.lose(ctx, c, c.gone, out)
		return
	}
	own, giveUp := context.WithCancelCause(ctx)
	defer giveUp(nil)
	j.mu.Lock()
	c.giveUp = giveUp
	j.mu.Unlock()
	err := j.follow(ctx, own, c, out)
	switch {
	case is[*runner.AbortError](err):
		j.stop(err)
	case ctx.Err() != nil && isInterruption(ctx, err):
		err = nil // as everything is
	case err != nil:
		j.lose(ctx, c, err, out)
	case c.goes:
		j.left(ctx, c, out)
	}
	c.err = err
}

// follow runs the job of a member and passes on what it reports. Silence counts from the start, before which there is
// nothing to report. A silent member is stopped. What it still reports is passed on, since the application has seen it.
// own is the context of the member alone.
func (j *job) follow(ctx, own context.Context, c *carrier, out chan<- node.Event) error {
	events := make(chan node.Event) // what waits in it for 1,000 nodes would take much memory
	var err error
	drain, release := j.drainOf(c)
	defer release()
	go func() {
		defer close(events)
		err = c.job.Run(own, j.start, drain, events)
	}()
	patience := func() time.Duration { return max(0, time.Until(j.start)) + j.silence }
	alarm := time.NewTimer(patience())
	defer alarm.Stop()
	for {
		select {
		case event, more := <-events:
			if !more {
				return j.ended(own, c, err) // it was assigned before the close
			}
			j.pass(c, event, out)
			alarm.Reset(patience()) // waiting for a slow receiver is no silence
		case <-alarm.C:
			j.lose(ctx, c, fmt.Errorf("no report for %v", j.silence), out)
		}
	}
}

// drainOf returns what is closed when nothing more begins on any member, or when this one leaves. The caller calls release.
func (j *job) drainOf(c *carrier) (drain <-chan struct{}, release func()) {
	if j.allocator == nil {
		return j.drained, func() {}
	}
	drained, over := make(chan struct{}), make(chan struct{})
	j.members.Go(func() {
		defer close(drained)
		select {
		case <-j.drained:
		case <-c.leaves:
		case <-over:
		}
	})
	return drained, func() { close(over) }
}

// ended notes that the job of a member has ended, and returns why the member is lost, if it is.
func (j *job) ended(own context.Context, c *carrier, err error) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	c.over = true
	if GivenUp(own) {
		return context.Cause(own)
	}
	return err
}

// ending says whether nothing more begins on any member.
func (j *job) ending(ctx context.Context) bool {
	select {
	case <-j.drained:
		return true
	default:
		return ctx.Err() != nil
	}
}

// pass passes on what a member reports. A scenario ends when it has ended on all of them.
func (j *job) pass(c *carrier, event node.Event, out chan<- node.Event) {
	j.mu.Lock()
	c.fresh = false
	if event.Snapshot != nil {
		c.count(event.Snapshot)
	}
	if event.Ended != "" {
		c.end(event.Ended, event.Part)
	}
	c.passing = true
	j.mu.Unlock()
	if event.Part > 0 && j.allocator != nil {
		j.allocator.wake()
	}
	if event.Ended != "" {
		j.reportEnds(out)
	} else {
		out <- event
	}
	j.mu.Lock()
	c.passing = false
	j.mu.Unlock()
}

// reportEnds reports, once each, which scenarios have ended on all members that are not lost.
func (j *job) reportEnds(out chan<- node.Event) {
	for _, scenario := range j.batch {
		j.mu.Lock()
		news := !j.reported[scenario.Name] && len(j.running(scenario.Name)) == 0 && !j.expects(&scenario)
		if news {
			j.reported[scenario.Name] = true
		}
		if len(j.reported) == len(j.batch) {
			j.end()
		}
		j.mu.Unlock()
		if news {
			out <- node.Event{Ended: scenario.Name}
		}
	}
}

// expects says whether a node is still to come that has a part of a scenario. The caller holds the lock.
func (j *job) expects(s *plan.Scenario) bool {
	select {
	case <-j.drained:
		return false
	default:
		return j.allocator != nil && j.allocator.expects(s, time.Since(j.start))
	}
}

// expectsNamed is expects for the scenario of a name. The caller holds the lock.
func (j *job) expectsNamed(scenario string) bool {
	return slices.ContainsFunc(j.batch, func(s plan.Scenario) bool { return s.Name == scenario && j.expects(&s) })
}

// running returns the carriers on which a scenario has not ended. The caller holds the lock.
func (j *job) running(scenario string) (carriers []*carrier) {
	for _, c := range j.carriers {
		if c.runs(scenario) {
			carriers = append(carriers, c)
		}
	}
	return carriers
}
