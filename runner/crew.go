package runner

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/liveload/liveload/plan/shape"
)

// A crew has the users of an open kind: iterations begin on schedule, each with a user that is free.
// When none is, another user starts, up to the plan's number; beyond that the iteration is dropped.
type crew struct {
	*scene
	most int

	mu       sync.Mutex
	idle     []*member // the one that waits longest first, so that all have work
	pending  []turn    // due, each waiting for one of those that start
	starting int
	living   int
	closed   bool
	ready    chan struct{} // closed when nobody is starting for the first time
	isReady  bool
}

// A member is one user of a crew.
type member struct {
	crew  *crew
	ready bool      // it has had its session
	turns chan turn // holds the one turn that it was given while it was idle
}

func newCrew(s *scene) *crew {
	return &crew{scene: s, most: s.run.Plan.OwnUsers(s.run.Plan.Users), ready: make(chan struct{})}
}

// play runs the scenario until all users have ended. Its clock begins at a moment, or later when its first users were
// not ready by then.
func (c *crew) play(ctx, noNew context.Context, begins time.Time) {
	c.mu.Lock()
	for range min(c.most, max(1, c.run.Plan.OwnUsers(c.run.Plan.PreStartedUsers))) {
		c.start(ctx, noNew)
	}
	c.mu.Unlock()
	if c.most == 0 { // of several nodes: there is nothing to do, whatever rate is commanded
		return
	}
	select {
	case <-c.ready:
		runtime.GC() // now, rather than while the first iterations begin
	case <-noNew.Done():
	}
	if late := time.Since(begins); late > 0 {
		begins = begins.Add(late)
	}
	if pause(noNew, time.Until(begins)) {
		c.dispatch(ctx, noNew, begins)
	}
	c.close()
	c.users.Wait()
}

// dispatch hands out iterations when they are due, until there are no more.
func (c *crew) dispatch(ctx, noNew context.Context, began time.Time) {
	n := int64(0)
	ends := began.Add(time.Duration(c.run.Plan.Duration))
	inTime, cancel := context.WithDeadline(noNew, ends)
	defer cancel()
	arrivals, rate := c.run.Plan.OwnArrivals(c.run.Plan.Arrivals()), (*shape.Rate)(nil)
	for {
		state, changed := c.control.now()
		if state.paused {
			if c.control.proceed(inTime, nil) != begin {
				return
			}
			n = shape.From(arrivals, n, time.Since(began)) // what was due meanwhile is left out
			continue
		}
		if state.rate != rate { // a new rate begins a new shape
			rate, began, n = state.rate, time.Now(), 0
			arrivals = c.run.Plan.OwnArrivals(shape.ConstantRate{Rate: *rate, Duration: time.Until(ends)})
		}
		after, more := arrivals.Due(n)
		due := began.Add(after)
		if !more || !due.Before(ends) {
			if rate == nil || !time.Now().Before(ends) {
				return
			}
			due, more = ends, false // the rate may change again
		}
		ended := wait(noNew, due, changed) // what is due is handed out, however late it is
		if ended == over {
			return
		}
		switch {
		case ended != onTime || !more:
		case c.offer(ctx, noNew, turn{due: due}):
			n++
		default: // nor is anybody free for what else is due by now: counted at once, since it may be a lot
			next := shape.From(arrivals, n+1, min(time.Since(began), ends.Sub(began)))
			c.run.Journal.IterationsDropped(DroppedNoUser, next-n)
			n = next
		}
	}
}

// What ended a wait.
const (
	onTime = iota
	woken
	over
)

// wait waits until a moment, a change, or the end of noNew.
func wait(noNew context.Context, until time.Time, changed <-chan struct{}) int {
	left := time.Until(until)
	if left <= 0 {
		if noNew.Err() != nil {
			return over
		}
		return onTime
	}
	timer := time.NewTimer(left)
	defer timer.Stop()
	select {
	case <-timer.C:
		return onTime
	case <-changed:
		return woken
	case <-noNew.Done():
		return over
	}
}

// offer gives a turn that is due to somebody; false is that nobody is free, and no more may start.
func (c *crew) offer(ctx, noNew context.Context, t turn) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case len(c.idle) > 0:
		c.idle[0].turns <- t
		c.idle = c.idle[1:]
		return true
	case len(c.pending) < c.starting: // whoever is ready first takes it
	case c.living < c.most:
		c.start(ctx, noNew)
	default:
		return false
	}
	t.waited = true
	c.pending = append(c.pending, t)
	return true
}

// start starts a user. The caller holds the lock.
func (c *crew) start(ctx, noNew context.Context) {
	c.starting++
	c.living++
	m := &member{crew: c, turns: make(chan turn, 1)}
	c.users.Go(func() {
		number := c.ids.take()
		c.live(ctx, noNew, number, m)
		c.ids.giveBack(number)
		c.gone(m, noNew)
	})
}

// gone counts a user that has ended. If it was never ready, one turn that waited has nobody left.
func (c *crew) gone(m *member, noNew context.Context) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.living--
	if m.ready {
		return
	}
	c.started()
	if len(c.pending) > c.starting {
		c.pending = c.pending[1:]
		if noNew.Err() == nil {
			c.run.Journal.IterationsDropped(DroppedNoSession, 1)
		}
	}
}

// started counts a user that is no longer starting. The caller holds the lock.
func (c *crew) started() {
	c.starting--
	if c.starting == 0 && !c.isReady {
		c.isReady = true
		close(c.ready)
	}
}

// close lets users end that have nothing to do: no turn comes any more.
func (c *crew) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	for _, m := range c.idle {
		m.turns <- turn{verdict: leave}
	}
	c.idle = nil
}

// window implements turns.
func (m *member) window(noNew context.Context) (context.Context, context.CancelFunc) {
	m.crew.mu.Lock()
	defer m.crew.mu.Unlock()
	m.ready = true
	m.crew.started()
	return noNew, func() {}
}

// next implements turns: a turn that waits already, or the next one that is due.
func (m *member) next(noNew context.Context, lost <-chan struct{}, _ int) turn {
	if t, ok := m.ask(); ok {
		return t
	}
	answer := turn{verdict: leave}
	select {
	case t := <-m.turns:
		return t
	case <-noNew.Done():
	case <-lost:
		answer.verdict = renew
	}
	if m.withdraw() {
		return answer
	}
	return <-m.turns // it was given in the same moment
}

// ask takes a turn that waits; when there is none, the member is idle from now on.
func (m *member) ask() (turn, bool) {
	c := m.crew
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.pending) > 0 {
		t := c.pending[0]
		c.pending = c.pending[1:]
		return t, true
	}
	if c.closed {
		return turn{verdict: leave}, true
	}
	c.idle = append(c.idle, m)
	return turn{}, false
}

// withdraw takes the member off the idle ones, and reports false when it is not among them any more.
func (m *member) withdraw() bool {
	c := m.crew
	c.mu.Lock()
	defer c.mu.Unlock()
	i := slices.Index(c.idle, m)
	if i >= 0 {
		c.idle = slices.Delete(c.idle, i, i+1)
	}
	return i >= 0
}
