package runner

import (
	"context"
	"time"

	"github.com/liveload/liveload/plan/shape"
)

// A slot is the place of one user.
type slot struct {
	executor *closedExecutor
	number   int
	stop     context.CancelCauseFunc // interrupts the user's iteration
	retire   context.CancelFunc      // lets the user begin nothing more
	ended    chan struct{}
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
	case e.Plan.Begun(): // nor does one that begins anew or late
		deadline = e.began.Add(shape.Reaches(e.shape, s.number+1, time.Duration(e.Plan.RampUp)) + time.Duration(e.Plan.Duration))
	}
	return context.WithDeadline(mayBegin, deadline)
}

// more implements permits.
func (s *slot) more(done int) bool { return !s.executor.quota.usedUp(done) }

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
