package runner

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/liveload/liveload/metrics"
)

// An openExecutor begins iterations on schedule, each with a user that is free. When none is, another user starts,
// up to the plan's number; beyond that the iteration is dropped.
type openExecutor struct {
	*activeRun
	most int // users at once

	mu       sync.Mutex
	idle     []*openSlot // the one that waits longest first, so that all have work
	pending  []permit    // due, each waiting for one of the users that start
	starting int
	living   int
	closed   bool
	ready    chan struct{} // closed when, for the first time, no user is starting
	isReady  bool
}

// An openSlot is the place of one user.
type openSlot struct {
	executor *openExecutor
	isReady  bool        // its user has had its session
	offered  chan permit // holds the one permit that its idle user gets
}

func newOpenExecutor(a *activeRun) *openExecutor {
	return &openExecutor{activeRun: a, most: a.Plan.OwnUsers(a.Plan.Users), ready: make(chan struct{})}
}

// run implements executor. The clock begins later when the first users are not ready by then, unless it runs already,
// elsewhere.
func (e *openExecutor) run(ctx, mayBegin context.Context, begins time.Time) {
	if e.most == 0 { // of several nodes: there is nothing to do, whatever rate is commanded
		return
	}
	e.mu.Lock()
	for range min(e.most, max(1, e.Plan.OwnUsers(e.Plan.PreStartedUsers))) {
		e.start(ctx, mayBegin)
	}
	e.mu.Unlock()
	select {
	case <-e.ready:
		runtime.GC() // now, rather than while the first iterations begin
	case <-mayBegin.Done():
	}
	if !e.Plan.Begun() {
		begins = begins.Add(max(0, time.Since(begins)))
	}
	if pause(mayBegin, time.Until(begins)) {
		e.dispatch(ctx, mayBegin, begins)
	}
	e.close()
	e.users.Wait()
}

// offer hands a permit to a user. It returns false when no user is free and no more may start.
func (e *openExecutor) offer(ctx, mayBegin context.Context, p permit) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case len(e.idle) > 0:
		e.idle[0].offered <- p
		e.idle = e.idle[1:]
		return true
	case len(e.pending) < e.starting: // the first free user takes it
	case e.living < e.most:
		e.start(ctx, mayBegin)
	default:
		return false
	}
	p.waited = true
	e.pending = append(e.pending, p)
	return true
}

// start starts a user. The caller holds the lock.
func (e *openExecutor) start(ctx, mayBegin context.Context) {
	e.starting++
	e.living++
	s := &openSlot{executor: e, offered: make(chan permit, 1)}
	e.users.Go(func() {
		number := e.numbers.take()
		e.runUser(ctx, mayBegin, number, s)
		e.numbers.giveBack(number)
		e.gone(s, mayBegin)
	})
}

// gone counts a user that has ended. If it was never ready, there is a permit too many.
func (e *openExecutor) gone(s *openSlot, mayBegin context.Context) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.living--
	if s.isReady {
		return
	}
	e.started()
	if len(e.pending) > e.starting {
		e.pending = e.pending[1:]
		if mayBegin.Err() == nil {
			e.Journal.IterationsDropped(metrics.CauseNoSession, 1)
		}
	}
}

// started counts a user that is no longer starting. The caller holds the lock.
func (e *openExecutor) started() {
	e.starting--
	if e.starting == 0 && !e.isReady {
		e.isReady = true
		close(e.ready)
	}
}

// close lets idle users end: no permit comes any more.
func (e *openExecutor) close() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.closed = true
	for _, s := range e.idle {
		s.offered <- permit{refusal: timeIsOver}
	}
	e.idle = nil
}

// ready implements permits.
func (s *openSlot) ready(mayBegin context.Context) (context.Context, context.CancelFunc) {
	s.executor.mu.Lock()
	defer s.executor.mu.Unlock()
	s.isReady = true
	s.executor.started()
	return mayBegin, func() {}
}

// more implements permits.
func (s *openSlot) more(int) bool { return true }

// next implements permits: one that waits already, or the next one that is due.
func (s *openSlot) next(mayBegin context.Context, lost <-chan struct{}, _ int) permit {
	if p, ok := s.ask(); ok {
		return p
	}
	refused := permit{refusal: timeIsOver}
	select {
	case p := <-s.offered:
		return p
	case <-mayBegin.Done():
	case <-lost:
		refused.refusal = sessionLost
	}
	if s.withdraw() {
		return refused
	}
	return <-s.offered // offered in the same moment
}

// ask takes a permit that waits; when there is none, the user is idle from now on.
func (s *openSlot) ask() (permit, bool) {
	e := s.executor
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.pending) > 0 {
		p := e.pending[0]
		e.pending = e.pending[1:]
		return p, true
	}
	if e.closed {
		return permit{refusal: timeIsOver}, true
	}
	e.idle = append(e.idle, s)
	return permit{}, false
}

// withdraw takes the user off the idle ones, and reports false when it is not among them any more.
func (s *openSlot) withdraw() bool {
	e := s.executor
	e.mu.Lock()
	defer e.mu.Unlock()
	i := slices.Index(e.idle, s)
	if i >= 0 {
		e.idle = slices.Delete(e.idle, i, i+1)
	}
	return i >= 0
}
