package runner

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/plan/shape"
)

// A roster has the users of a closed kind: as many as the shape says, each of which begins an
// iteration when it has ended the one before. A user that has ended by itself is not replaced: the
// shape says how many may be there, not how many survive.
type roster struct {
	*scene
	shape shape.Users
	quota quota
	began time.Time
	ends  time.Time // no iteration begins after; zero when each user has a clock of its own

	seats     []*seat // that are wanted; touched by run only
	commanded *int    // the number of users that was last followed; the same

	mu     sync.Mutex
	living int
	empty  chan struct{} // told when living has come to 0
}

// A seat is the place of one user.
type seat struct {
	roster *roster
	number int
	stop   context.CancelCauseFunc // breaks the user's iteration off
	noNew  context.Context
	retire context.CancelFunc // lets the user begin nothing more
	ended  chan struct{}
}

func newRoster(s *scene, begins time.Time) *roster {
	p := &s.run.Plan
	r := &roster{scene: s, shape: p.Segment.Users(p.UserShape()), began: begins, empty: make(chan struct{}, 1)}
	r.quota = quota{shared: p.Kind() == plan.KindSharedIterations, most: p.OwnIterations(), each: p.IterationsPerUser}
	if p.Kind() != plan.KindConstantUsers {
		r.ends = r.began.Add(time.Duration(p.Duration))
	}
	return r
}

// play runs the scenario until all users have ended.
func (r *roster) play(ctx, noNew context.Context) {
	inTime, cancel := noNew, context.CancelFunc(func() {})
	if !r.ends.IsZero() {
		inTime, cancel = context.WithDeadline(noNew, r.ends)
	}
	defer cancel()
	r.follow(ctx, inTime)
	r.users.Wait()
	if noNew.Err() == nil {
		r.run.Journal.IterationsDropped(DroppedUnbegun, r.quota.left(r.run.Plan.OwnUsers(r.run.Plan.Users)))
	}
}

// follow keeps as many users as the shape and the control say, until there is nothing more to do.
func (r *roster) follow(ctx, noNew context.Context) {
	for noNew.Err() == nil {
		state, changed := r.control.now()
		want, next, more := r.wanted(state)
		elapsed := time.Since(r.began)
		if more || state.users == nil { // nobody is started for a time that is over
			r.set(ctx, noNew, want)
		}
		if r.nobody() && (!more || r.spent(want)) {
			return
		}
		var alarm <-chan time.Time
		timer := time.NewTimer(next - elapsed)
		if more {
			alarm = timer.C
		}
		select {
		case <-alarm:
		case <-changed:
		case <-r.empty:
		case <-noNew.Done():
		}
		timer.Stop()
	}
}

// wanted returns how many users there are to be, and when that changes next, if it does.
func (r *roster) wanted(state steering) (want int, next time.Duration, more bool) {
	elapsed := time.Since(r.began)
	want = r.shape.At(elapsed)
	next, more = r.shape.Next(elapsed)
	if state.users != nil { // from now on until the end
		want, more = r.run.Plan.OwnUsers(*state.users), false
		r.replaceEnded(state.users)
	}
	if !more && (state.users != nil || r.waits()) {
		next = r.planned()
		more = elapsed < next
	}
	return want, next, more
}

// spent says whether no command can bring more iterations: all are taken, or the users that were commanded
// have ended by themselves. Nobody comes after them, unless the scenario waits for more commands, by people
// or by a search.
func (r *roster) spent(want int) bool {
	return r.quota.isTaken() || r.commanded != nil && want > 0 && !r.waits() && r.run.Plan.FindLimit == nil
}

// waits says whether the scenario stays with nobody for as long as it is planned, since a command may bring
// users: among several nodes also where none is planned.
func (r *roster) waits() bool {
	p := &r.run.Plan
	switch p.Kind() {
	case plan.KindControlled:
		return true
	case plan.KindConstantUsers, plan.KindRampingUsers:
		return p.OwnUsers(p.Users) == 0
	}
	return false
}

// planned is how long the scenario is to last.
func (r *roster) planned() time.Duration {
	return time.Duration(r.run.Plan.Duration + r.run.Plan.RampUp)
}

// replaceEnded makes room for users in the place of those that have ended, each time that a number is
// commanded: whoever asks for users wants as many to be there.
func (r *roster) replaceEnded(commanded *int) {
	if commanded == r.commanded {
		return
	}
	r.commanded = commanded
	r.seats = slices.DeleteFunc(r.seats, func(s *seat) bool {
		select {
		case <-s.ended:
			r.ids.giveBack(s.number)
			return true
		default:
			return false
		}
	})
}

// set starts users or retires the youngest until want are there.
func (r *roster) set(ctx, noNew context.Context, want int) {
	for len(r.seats) < want && noNew.Err() == nil {
		r.seats = append(r.seats, r.start(ctx, noNew))
	}
	for len(r.seats) > want {
		last := len(r.seats) - 1
		r.dismiss(r.seats[last])
		r.seats = r.seats[:last]
	}
}

func (r *roster) start(ctx, noNew context.Context) *seat {
	s := &seat{roster: r, number: r.ids.take(), ended: make(chan struct{})}
	ctx, s.stop = context.WithCancelCause(ctx)
	s.noNew, s.retire = context.WithCancel(noNew)
	r.mu.Lock()
	r.living++
	r.mu.Unlock()
	r.users.Go(func() {
		defer r.gone()
		defer close(s.ended)
		defer s.stop(nil)
		defer s.retire()
		r.live(ctx, s.noNew, s.number, s)
	})
	return s
}

// dismiss lets a surplus user end after its iteration, and breaks that off when it takes too long.
func (r *roster) dismiss(s *seat) {
	s.retire()
	r.users.Go(func() {
		grace := time.NewTimer(time.Duration(r.run.Plan.Grace))
		defer grace.Stop()
		select {
		case <-grace.C:
			s.stop(errSurplus)
			<-s.ended
		case <-s.ended:
		}
		r.ids.giveBack(s.number) // not before: a user that failed keeps its number and its place
	})
}

func (r *roster) gone() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.living--; r.living > 0 {
		return
	}
	select {
	case r.empty <- struct{}{}:
	default:
	}
}

func (r *roster) nobody() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.living == 0
}

// window implements turns: among constant users each has a clock of its own, which starts now.
func (s *seat) window(noNew context.Context) (context.Context, context.CancelFunc) {
	r := s.roster
	if !r.ends.IsZero() {
		return noNew, func() {}
	}
	deadline := time.Now().Add(time.Duration(r.run.Plan.Duration))
	if state, _ := r.control.now(); state.users != nil {
		deadline = r.began.Add(r.planned()) // somebody who was not planned does not prolong the run
	}
	return context.WithDeadline(noNew, deadline)
}

// next implements turns.
func (s *seat) next(noNew context.Context, lost <-chan struct{}, done int) turn {
	if verdict := s.roster.control.proceed(noNew, lost); verdict != begin {
		return turn{verdict: verdict}
	}
	// The clock is asked too, since the timer behind noNew may be a little late.
	if deadline, ok := noNew.Deadline(); ok && !time.Now().Before(deadline) {
		return turn{verdict: leave}
	}
	if !s.roster.quota.take(done) {
		return turn{verdict: leave}
	}
	return turn{}
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
	if n := q.taken.Add(1); q.shared && n > q.most {
		return false
	}
	return true
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
