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
	onLoss    OnLoss
	silence   time.Duration
	log       *slog.Logger
	batch     []plan.Scenario
	carriers  []*carrier
	fleet     *Fleet     // which keeps its members after the job
	allocator *allocator // nil when all members are there all the time

	start   time.Time               // set while mu is locked, since commands may come before
	stop    context.CancelCauseFunc // ends the jobs of all members at once
	end     func()                  // closes drained; may be called twice
	drained chan struct{}           // closed when nothing more begins on any member

	members  sync.WaitGroup // that carry users, and what has them come and go
	steering sync.Mutex     // one command after the other; nobody joins meanwhile

	mu        sync.Mutex      // guards what follows, and the carriers
	reported  map[string]bool // scenarios whose end was reported
	commanded map[string]*int // users, by scenario
	takeovers int             // so far
}

// Run implements node.Job. A member that fails or falls silent is lost, and the others go on; Run fails when
// all are. A script that aborts the test ends it on all members.
func (j *job) Run(ctx context.Context, start time.Time, drain <-chan struct{}, out chan<- node.Event) error {
	ctx, j.stop = context.WithCancelCause(ctx)
	defer j.stop(nil)
	j.drained = make(chan struct{})
	j.mu.Lock()
	j.start = start
	j.mu.Unlock()
	j.end = sync.OnceFunc(func() { close(j.drained) })
	var watching sync.WaitGroup
	over := make(chan struct{})
	for _, c := range slices.Clone(j.carriers) {
		j.members.Go(func() { j.carry(ctx, c, out) })
	}
	if j.allocator != nil {
		j.members.Go(func() { j.grow(ctx, out) })
	}
	watching.Go(func() {
		select {
		case <-drain:
			j.end()
		case <-ctx.Done():
			j.end()
		case <-j.drained:
		}
	})
	watching.Go(func() { j.boundDrain(ctx, over, out) })
	j.members.Wait()
	close(over)
	j.end()
	watching.Wait()
	j.reportEnds(out) // of those for which nodes were still to come
	j.account(out)
	j.fleet.keep(j.carriers)
	if aborted, ok := errors.AsType[*runner.AbortError](context.Cause(ctx)); ok {
		return aborted
	}
	return j.verdict()
}

// ErrNoneLeft says that all members were lost. What they had reported counts.
var ErrNoneLeft = errors.New("no node is left")

// verdict is what the errors of all members come to, without those that have left before the end.
func (j *job) verdict() error {
	var errs []error
	for _, c := range j.carriers {
		switch {
		case !c.left.IsZero():
		case c.err == nil:
			return nil // those that were lost have been reported
		default:
			errs = append(errs, fmt.Errorf("node %s: %w", c.member.name(), c.err))
		}
	}
	if len(errs) == 0 {
		return nil
	}
	return fmt.Errorf("%w: %w", ErrNoneLeft, errors.Join(errs...))
}

// TakeOver implements node.Job.
func (j *job) TakeOver(context.Context, []plan.Takeover) error {
	return errors.New("a fleet divides its load itself")
}

// Close implements node.Job. Why a lost member cannot be closed was reported already.
func (j *job) Close(ctx context.Context) error {
	return errors.Join(each(j.carriers, func(c *carrier) error {
		if c.job == nil || !c.left.IsZero() {
			return nil
		}
		err := c.job.Close(ctx)
		if err != nil && !c.lost {
			return fmt.Errorf("close node %s: %w", c.member.name(), err)
		}
		return nil
	})...)
}

// each does something with all carriers at once.
func each(carriers []*carrier, do func(c *carrier) error) []error {
	errs := make([]error, len(carriers))
	var doing sync.WaitGroup
	for i, c := range carriers {
		doing.Go(func() { errs[i] = do(c) })
	}
	doing.Wait()
	return errs
}

// is says whether there is an E in err.
func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}
