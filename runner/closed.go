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

// A slot is the place of one user.
type slot struct {
	executor *closedExecutor
	number   int
	stop     context.CancelCauseFunc // interrupts the user's iteration
	retire   context.CancelFunc      // lets the user begin nothing more
	ended    chan struct{}
}

func newClosedExecutor(a *activeRun) *closedExecutor {
	p := &a.Plan
	e := &closedExecutor{
		activeRun: a, shape: p.Segment.Users(p.UserShape()), empty: make(chan struct{}, 1),
		quota: quota{shared: p.Kind() == plan.KindSharedIterations, most: p.OwnIterations(), each: p.IterationsPerUser},
	}
	if p.Takeover != nil {
		e.remember(p.UsersGone())
	}
	return e
}

// remember takes the places of users of a part that ended by themselves before it was taken over, and the command that
// the others follow.
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

func (e *closedExecutor) start(ctx, mayBegin context.Context) *slot {
	s := &slot{executor: e, number: e.numbers.take(), ended: make(chan struct{})}
	ctx, s.stop = context.WithCancelCause(ctx)
	mayBegin, s.retire = context.WithCancel(mayBegin)
	e.living.Add(1)
	e.users.Go(func() {
		defer e.gone()
		defer close(s.ended)
		defer s.stop(nil)
		defer s.retire()
		e.runUser(ctx, mayBegin, s.number, s)
	})
	return s
}

// retire lets a surplus user end after its iteration, and interrupts that when it takes longer than the grace.
func (e *closedExecutor) retire(s *slot) {
	s.retire()
	e.users.Go(func() {
		select {
		case <-time.After(time.Duration(e.Plan.Grace)):
			s.stop(errGraceOver)
			<-s.ended
		case <-s.ended:
		}
		e.numbers.giveBack(s.number) // not before: a user that failed keeps its number and its slot
	})
}

func (e *closedExecutor) gone() {
	if e.living.Add(-1) > 0 {
		return
	}
	select {
	case e.empty <- struct{}{}:
	default:
	}
}

// ready implements permits: among constant users each has a clock of its own, which begins now.
func (s *slot) ready(mayBegin context.Context) (context.Context, context.CancelFunc) {
	e := s.executor
	if !e.ends.IsZero() {
		return mayBegin, func() {}
	}
	deadline := time.Now().Add(time.Duration(e.Plan.Duration))
	commands, _ := e.Control.current()
	switch {
	case commands.users != nil:
		deadline = e.began.Add(e.planned()) // a user that was not planned does not prolong the run
	case e.Plan.Takeover != nil: // nor does one that begins anew
		deadline = e.began.Add(shape.Reaches(e.shape, s.number+1, time.Duration(e.Plan.RampUp)) + time.Duration(e.Plan.Duration))
	}
	return context.WithDeadline(mayBegin, deadline)
}

// next implements permits.
func (s *slot) next(mayBegin context.Context, lost <-chan struct{}, done int) permit {
	if refusal := s.executor.Control.waitWhilePaused(mayBegin, lost); refusal != granted {
		return permit{refusal: refusal}
	}
	// The clock is asked too, since the timer behind mayBegin may be a little late.
	if deadline, ok := mayBegin.Deadline(); ok && !time.Now().Before(deadline) {
		return permit{refusal: timeIsOver}
	}
	if !s.executor.quota.take(done) {
		return permit{refusal: timeIsOver}
	}
	return permit{}
}

// A quota is how many iterations there may be.
type quota struct {
	shared bool  // whether most is a bound
	most   int64 // of all users of the node
	each   int   // of each user; 0 is no bound
	taken  atomic.Int64
}

// take takes one iteration for a user that has had done of them.
func (q *quota) take(done int) bool {
	if q.each > 0 && done >= q.each {
		return false
	}
	return q.taken.Add(1) <= q.most || !q.shared
}

// isTaken says whether there is no iteration left for anybody.
func (q *quota) isTaken() bool { return q.shared && q.taken.Load() >= q.most }

// left is how many iterations that users had to do were not begun.
func (q *quota) left(users int) int64 {
	most := q.most
	if q.each > 0 {
		most = int64(q.each) * int64(users)
	}
	return max(0, most-q.taken.Load())
}
