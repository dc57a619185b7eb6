package runner

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/runner/evidence"
)

// A Run is one scenario on one node.
type Run struct {
	Plan     plan.Scenario
	Node     string // this node's name
	Script   Script
	Stock    *Stock // users that were made already; nil when there are none
	Sessions SessionMaker
	Session  browserpool.SessionOptions // of every user
	Journal  Journal
	Log      *slog.Logger
	Evidence *evidence.Keeper // nil keeps nothing
	Control  *Control         // steers the run from outside; may be nil
	// Drain ends the run politely when it is closed: no new iterations, running ones finish. May be nil.
	Drain <-chan struct{}
}

// Do runs the scenario, which begins its start time after start, and returns when every user has ended and every
// session is closed. It may be called earlier: users of a rate get their sessions meanwhile. Cancelling ctx stops the run: iterations are
// broken off, sessions closed. The errors are those of the plan, and an *AbortError when a user has ended the run.
func (r *Run) Do(ctx context.Context, start time.Time) error {
	if err := r.Plan.Validate(); err != nil {
		return fmt.Errorf("plan scenario %q: %w", r.Plan.Name, err)
	}
	ctx, stop := stoppable(ctx)
	defer stop(nil)
	end := &abortion{stop: func() { stop(errStopped) }}
	noNew, release := drainable(ctx, r.Drain)
	defer release()
	control := r.Control
	if control == nil {
		control = NewControl(&r.Plan)
	}
	defer control.end()
	defer r.Stock.Close()
	noNew, done := steered(noNew, control)
	defer done()
	s := &scene{run: r, control: control, abort: end.abort, makers: newMakers()}
	begins := start.Add(time.Duration(r.Plan.StartTime))
	if r.Plan.Kind().Open() {
		newCrew(s).play(ctx, noNew, begins)
	} else if pause(noNew, time.Until(begins)) {
		newRoster(s, begins).play(ctx, noNew)
	}
	s.tell()
	return end.reason() // every user has ended
}

// steered returns a context that is over when ctx is, or when control stops the scenario.
func steered(ctx context.Context, control *Control) (context.Context, func()) {
	ctx, cancel := context.WithCancel(ctx)
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		control.untilStopped(ctx, cancel)
	}()
	return ctx, func() { cancel(); <-watched }
}

// stoppable gives ctx the cause errStopped, however its parent ends.
func stoppable(parent context.Context) (context.Context, context.CancelCauseFunc) {
	ctx, cancel := context.WithCancelCause(context.WithoutCancel(parent))
	release := context.AfterFunc(parent, func() { cancel(errStopped) })
	return ctx, func(cause error) { release(); cancel(cause) }
}

// drainable returns a context that is over when ctx is, or when drain is closed.
func drainable(ctx context.Context, drain <-chan struct{}) (context.Context, func()) {
	ctx, cancel := context.WithCancel(ctx)
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		select {
		case <-drain:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, func() { cancel(); <-watched }
}
