package fleet

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/runner"
)

// A job is a batch that is ready on all members.
type job struct {
	log       *slog.Logger
	scenarios []string
	parts     []*part

	mu       sync.Mutex      // guards reported, and lost and ended of the parts
	reported map[string]bool // scenarios whose end was reported
}

// A part is the job of one member.
type part struct {
	member Member
	job    node.Job

	lost  bool
	ended map[string]bool // scenarios
}

// Run implements node.Job. A member that fails or falls silent is lost, and the others go on; Run fails when
// all are. A script that aborts the test ends it on all members.
func (j *job) Run(ctx context.Context, start time.Time, drain <-chan struct{}, out chan<- node.Event) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	errs := make([]error, len(j.parts))
	var running sync.WaitGroup
	for i, p := range j.parts {
		running.Go(func() {
			errs[i] = j.follow(ctx, p, start, drain, out)
			_, aborted := errors.AsType[*runner.AbortError](errs[i])
			switch {
			case aborted:
				stop()
			case ctx.Err() != nil:
				errs[i] = nil // it was interrupted, as everything is
			case errs[i] != nil:
				j.lose(p, errs[i], out)
			}
		})
	}
	running.Wait()
	return j.verdict(errs)
}

// verdict is what the errors of all members come to.
func (j *job) verdict(errs []error) error {
	lost := 0
	for i, err := range errs {
		if _, aborted := errors.AsType[*runner.AbortError](err); aborted {
			return err
		}
		if err != nil {
			errs[i] = fmt.Errorf("node %s: %w", j.parts[i].member.name(), err)
			lost++
		}
	}
	if lost < len(errs) {
		return nil // those that were lost have been reported
	}
	return fmt.Errorf("no node is left: %w", errors.Join(errs...))
}

// errSilent is why a member that stopped reporting is given up.
var errSilent = fmt.Errorf("no report for %v", Silence)

// follow runs the part of a member and passes on what it reports. Silence counts from the start, before which
// there is nothing to report. A silent member is stopped; what it still reports is passed on.
func (j *job) follow(ctx context.Context, p *part, start time.Time, drain <-chan struct{}, out chan<- node.Event) error {
	ctx, giveUp := context.WithCancelCause(ctx)
	defer giveUp(nil)
	events := make(chan node.Event, 4)
	var err error
	go func() {
		defer close(events)
		err = p.job.Run(ctx, start, drain, events)
	}()
	patience := func() time.Duration { return max(0, time.Until(start)) + Silence }
	alarm := time.NewTimer(patience())
	defer alarm.Stop()
	for {
		select {
		case event, more := <-events:
			if !more {
				if errors.Is(context.Cause(ctx), errSilent) {
					return errSilent
				}
				return err // it was assigned before the close
			}
			alarm.Reset(patience())
			j.pass(p, event, out)
		case <-alarm.C:
			giveUp(errSilent)
			j.lose(p, errSilent, out)
		}
	}
}

// pass passes on what a member reports. A scenario ends when it has ended on all of them.
func (j *job) pass(p *part, event node.Event, out chan<- node.Event) {
	if event.Ended == "" {
		out <- event
		return
	}
	j.mu.Lock()
	p.ended[event.Ended] = true
	j.mu.Unlock()
	j.reportEnds(out)
}

// lose reports that a member is lost, the first time.
func (j *job) lose(p *part, why error, out chan<- node.Event) {
	j.mu.Lock()
	known := p.lost
	p.lost = true
	j.mu.Unlock()
	if !known {
		for _, name := range p.member.Names() {
			out <- node.Event{Node: name, Lost: why.Error()}
		}
		j.reportEnds(out)
	}
}

// reportEnds reports, once each, which scenarios have ended on all members that are not lost.
func (j *job) reportEnds(out chan<- node.Event) {
	for _, scenario := range j.scenarios {
		j.mu.Lock()
		news := !j.reported[scenario] && len(j.running(scenario)) == 0
		j.reported[scenario] = j.reported[scenario] || news
		j.mu.Unlock()
		if news {
			out <- node.Event{Ended: scenario}
		}
	}
}

// running returns the parts on which a scenario has not ended. The caller holds the lock.
func (j *job) running(scenario string) (parts []*part) {
	for _, p := range j.parts {
		if !p.lost && !p.ended[scenario] {
			parts = append(parts, p)
		}
	}
	return parts
}

// Steer implements node.Job: each member takes its segment of what is commanded. It fails when no member
// obeys; one that does not while others do is logged.
func (j *job) Steer(ctx context.Context, scenario string, cmd plan.Command) error {
	j.mu.Lock()
	parts := j.running(scenario)
	j.mu.Unlock()
	if len(parts) == 0 {
		return fmt.Errorf("steer scenario %q: it does not run now", scenario)
	}
	errs := each(parts, func(p *part) error { return p.job.Steer(ctx, scenario, cmd) })
	if !slices.Contains(errs, nil) {
		return errors.Join(errs...)
	}
	for i, err := range errs {
		if err != nil {
			j.log.Warn("a node did not obey a command", "node", parts[i].member.name(), "error", err)
		}
	}
	return nil
}

// Close implements node.Job.
func (j *job) Close(ctx context.Context) error {
	return errors.Join(each(j.parts, func(p *part) error {
		if err := p.job.Close(ctx); err != nil {
			return fmt.Errorf("close node %s: %w", p.member.name(), err)
		}
		return nil
	})...)
}

// each does something with all parts at once.
func each(parts []*part, do func(p *part) error) []error {
	errs := make([]error, len(parts))
	var doing sync.WaitGroup
	for i, p := range parts {
		doing.Go(func() { errs[i] = do(p) })
	}
	doing.Wait()
	return errs
}
