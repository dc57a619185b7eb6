package runner

import (
	"context"
	"slices"
	"sync/atomic"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/plan/shape"
)

// A closedExecutor keeps as many users as the load shape says, each of which begins an iteration when it has ended
// the one before. A user that has ended by itself is not replaced: the shape says how many may be there, not how
// many survive.
type closedExecutor struct {
	*activeRun
	shape shape.Users
	quota quota
	began time.Time
	ends  time.Time // no iteration begins after; zero when each user has a clock of its own

	slots     []*slot // that are wanted; touched by follow only
	commanded *int    // the number of users that was last followed; the same

	living atomic.Int64
	empty  chan struct{} // receives when living has come to 0
}

func newClosedExecutor(a *activeRun) *closedExecutor {
	p := &a.Plan
	e := &closedExecutor{
		activeRun: a, shape: p.Segment.Users(p.UserShape()), empty: make(chan struct{}, 1),
		quota: quota{shared: p.Kind() == plan.KindSharedIterations, most: p.OwnIterations(), each: p.IterationsPerUser},
	}
	if p.Begun() {
		e.remember(p.UsersGone())
	}
	return e
}

// remember takes the places of users that ended by themselves before this node began, and the command that the others
// follow.
func (e *closedExecutor) remember(gone int) {
	ended := make(chan struct{})
	close(ended)
	for range gone {
		e.slots = append(e.slots, &slot{executor: e, number: e.numbers.take(), stop: func(error) {}, retire: func() {}, ended: ended})
	}
	commands, _ := e.Control.current()
	e.commanded = commands.users
}

// run implements executor.
func (e *closedExecutor) run(ctx, mayBegin context.Context, begins time.Time) {
	if !pause(mayBegin, time.Until(begins)) {
		return
	}
	e.began = begins
	inTime, cancel := mayBegin, context.CancelFunc(func() {})
	if e.Plan.Kind() != plan.KindConstantUsers {
		e.ends = begins.Add(time.Duration(e.Plan.Duration))
		inTime, cancel = context.WithDeadline(mayBegin, e.ends)
	}
	defer cancel()
	e.follow(ctx, inTime)
	e.users.Wait()
	if mayBegin.Err() == nil {
		e.Journal.IterationsDropped(metrics.CauseUnbegun, e.quota.left(e.Plan.OwnUsers(e.Plan.Users)-e.Plan.UsersGone()))
	}
}

// follow keeps as many users as the shape and the commands say, until there is nothing more to do.
func (e *closedExecutor) follow(ctx, mayBegin context.Context) {
	for mayBegin.Err() == nil {
		commands, changed := e.Control.current()
		want, next, more := e.wanted(commands)
		elapsed := time.Since(e.began)
		if more || commands.users == nil { // no user starts for a time that is over
			e.set(ctx, mayBegin, want)
		}
		if e.living.Load() == 0 && (!more || e.spent(want)) {
			return
		}
		var alarm <-chan time.Time
		if more {
			alarm = time.After(next - elapsed)
		}
		select {
		case <-alarm:
		case <-changed:
		case <-e.empty:
		case <-mayBegin.Done():
		}
	}
}

// wanted returns how many users there are to be, and when that changes next, if it does.
func (e *closedExecutor) wanted(commands commands) (want int, next time.Duration, more bool) {
	elapsed := time.Since(e.began)
	want = e.shape.At(elapsed)
	next, more = e.shape.Next(elapsed)
	if commands.users != nil { // from now on until the end
		want, more = e.Plan.OwnUsers(*commands.users), false
		e.replaceEnded(commands.users)
	}
	if !more && (commands.users != nil || e.waits()) {
		next = e.planned()
		more = elapsed < next
	}
	return want, next, more
}

// spent says whether no command can bring more iterations: all are taken, or the users that were commanded have
// ended by themselves. No user comes after them, unless the scenario waits for more commands, by people or by a search.
func (e *closedExecutor) spent(want int) bool {
	return e.quota.isTaken() || e.commanded != nil && want > 0 && !e.waits() && e.Plan.FindLimit == nil
}

// waits says whether the scenario goes on without users until its planned end, since a command may bring some. Among
// several nodes that includes a node for which no user is planned.
func (e *closedExecutor) waits() bool {
	switch e.Plan.Kind() {
	case plan.KindControlled:
		return true
	case plan.KindConstantUsers, plan.KindRampingUsers:
		return e.Plan.OwnUsers(e.Plan.Users) == 0
	}
	return false
}

// planned is how long the scenario is to last.
func (e *closedExecutor) planned() time.Duration {
	return time.Duration(e.Plan.Duration + e.Plan.RampUp)
}

// replaceEnded frees the slots of users that have ended, each time that a number is commanded: a command for
// users asks for as many as run.
func (e *closedExecutor) replaceEnded(commanded *int) {
	if commanded == e.commanded {
		return
	}
	e.commanded = commanded
	e.slots = slices.DeleteFunc(e.slots, func(s *slot) bool {
		select {
		case <-s.ended:
			e.numbers.giveBack(s.number)
			return true
		default:
			return false
		}
	})
}

// set starts users or retires the youngest until want are there.
func (e *closedExecutor) set(ctx, mayBegin context.Context, want int) {
	for len(e.slots) < want && mayBegin.Err() == nil {
		e.slots = append(e.slots, e.start(ctx, mayBegin))
	}
	for len(e.slots) > want {
		last := len(e.slots) - 1
		e.retire(e.slots[last])
		e.slots = e.slots[:last]
	}
}
