// Package runner owns the users of one scenario on one node: when each starts, how it iterates, what counts as
// success and failure, and how a run ends early. What a user does is a Script's business, where sessions come from is a
// SessionMaker's, and where the numbers go is a Journal's.
//
// An executor starts the users: closedExecutor keeps a number of them, openExecutor begins iterations at a rate. Each
// user lives in a slot and asks its executor for a permit before every iteration.
//
// A run ends in one of three ways. By itself: when the scenario's duration is over, the iterations that run may finish.
// Drained: no new iterations begin, running ones finish. Stopped (the context is cancelled): running iterations are
// interrupted and count neither as success nor as failure.
package runner

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/redact"
	"github.com/liveload/liveload/runner/evidence"
)

// A Script makes the users of one scenario. NewUser may be called concurrently.
type Script interface {
	// NewUser makes a user. The runner closes it.
	NewUser(identity Identity) (User, error)
}

// A User does the iterations of one user. Its methods are called by one goroutine.
type User interface {
	// RunIteration runs one iteration on session, which may be another one than last time, and obeys ctx, also
	// when the script loops for ever. It may be called again after an error. halted says that the user ends for
	// good. An error with a method AbortsTest() that returns true ends the whole run.
	RunIteration(ctx context.Context, session browserpool.Session, iteration int) (halted bool, err error)
	Close()
}

// An Identity is what a user knows of itself.
type Identity struct {
	ID       int // 1..N across the cluster
	Node     string
	Scenario string
	Part     int    // of the scenario that was taken over; 0 is the node's own
	Seed     uint64 // of the run; with Scenario and ID it decides everything random
}

// A SessionMaker is the part of browserpool.Engine that users need. Safe for concurrent use.
type SessionMaker interface {
	NewSession(ctx context.Context, opts browserpool.SessionOptions) (browserpool.Session, error)
}

// A Run is one scenario on one node.
type Run struct {
	Plan     plan.Scenario
	Node     string // this node's name
	Script   Script
	Warm     *WarmUsers // may be nil
	Sessions SessionMaker
	Session  browserpool.SessionOptions // of every user
	Journal  Journal
	Log      *slog.Logger
	Secrets  *redact.Redactor // that no failure shows
	Evidence *evidence.Store  // nil keeps nothing
	Control  *Control         // of Plan; steers the run from outside, with all others of the scenario
	// Drain ends the run politely when it is closed: no new iterations, running ones finish. May be nil.
	Drain <-chan struct{}
}

// An executor starts the users of one kind of load and says when they may begin iterations.
type executor interface {
	// run returns when all users have ended. The scenario's clock begins at begins.
	run(ctx, mayBegin context.Context, begins time.Time)
}

// Do runs the scenario, whose clock begins its start time after start, and returns when every user has ended and
// every session is closed. It may be called before start: users of a rate get their sessions meanwhile. Cancelling
// ctx stops the run: iterations are interrupted, sessions closed. The errors are those of the plan, and an
// *AbortError when a user has ended the run.
func (r *Run) Do(ctx context.Context, start time.Time) error {
	defer r.Warm.Close()
	if err := r.Plan.Validate(); err != nil {
		return fmt.Errorf("plan scenario %q: %w", r.Plan.Name, err)
	}
	ctx, stop := stoppable(ctx)
	defer stop(nil)
	active := &activeRun{Run: r, stop: stop, making: make(chan struct{}, madeAtOnce())}
	defer r.Control.begin()()
	mayBegin, release := until(ctx, nil, r.Drain, r.Control.stopped) // when no iteration may begin any more
	defer release()
	var e executor = newClosedExecutor(active)
	if r.Plan.Kind().Open() {
		e = newOpenExecutor(active)
	}
	e.run(ctx, mayBegin, start.Add(time.Duration(r.Plan.StartTime)))
	active.warnOfCutOff()
	if aborted, ok := errors.AsType[*AbortError](context.Cause(ctx)); ok {
		return aborted
	}
	return nil
}

// stoppable gives ctx the cause errStopped, however its parent ends.
func stoppable(parent context.Context) (context.Context, context.CancelCauseFunc) {
	ctx, cancel := context.WithCancelCause(context.WithoutCancel(parent))
	release := context.AfterFunc(parent, func() { cancel(errStopped) })
	return ctx, func(cause error) { release(); cancel(cause) }
}

// until returns a context that is over when ctx is, or when a channel is closed: its cause is then cause. The caller
// calls release.
func until(ctx context.Context, cause error, over ...<-chan struct{}) (_ context.Context, release func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	var watchers sync.WaitGroup
	for _, channel := range over {
		select {
		case <-channel: // at once, so that nothing begins any more
			cancel(cause)
		default:
		}
		watchers.Go(func() {
			select {
			case <-channel:
				cancel(cause)
			case <-ctx.Done():
			}
		})
	}
	return ctx, func() {
		cancel(nil)
		watchers.Wait()
	}
}
