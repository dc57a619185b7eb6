package throttle

import (
	"container/list"
	"context"
	"sync"
	"time"
)

// A queue lets users pass in the order of their arrival, when its rule allows it. It has no goroutine, and a
// timer only while the first user waits for a moment to come.
type queue struct {
	mu      sync.Mutex
	rule    rule
	waiting list.List // of chan struct{}, closed when its user may pass
	timer   *time.Timer
}

// A rule says when the next user may pass. The queue's lock guards it.
type rule interface {
	// ready returns how long the next user has to wait: 0 for not at all, less than 0 for until give.
	ready(now time.Time) time.Duration
	// take notes that a user passes, which ready allowed.
	take(now time.Time)
	// give notes that a user came back.
	give()
}

// acquire waits until the caller may pass, and returns how long that took. It obeys ctx.
func (q *queue) acquire(ctx context.Context) (waited time.Duration, err error) {
	if ctx.Err() != nil {
		return 0, context.Cause(ctx)
	}
	began := time.Now()
	passed := make(chan struct{})
	q.mu.Lock()
	place := q.waiting.PushBack(passed)
	q.admit(began)
	q.mu.Unlock()
	select {
	case <-passed:
		return 0, nil
	default:
	}
	select {
	case <-passed:
		return time.Since(began), nil
	case <-ctx.Done():
		return q.leave(ctx, place, passed, began)
	}
}

// leave gives up a place in the queue. A caller that was let pass at the same moment has a permit after all.
func (q *queue) leave(ctx context.Context, place *list.Element, passed chan struct{}, began time.Time) (time.Duration, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	select {
	case <-passed:
		return time.Since(began), nil
	default:
	}
	q.waiting.Remove(place)
	if q.waiting.Len() == 0 && q.timer != nil {
		q.timer.Stop()
	}
	return 0, context.Cause(ctx)
}

// release notes that a user came back.
func (q *queue) release() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.rule.give()
	q.admit(time.Now())
}

// admit lets users pass as far as the rule allows, and sets the timer for the next one. The caller holds the
// lock.
func (q *queue) admit(now time.Time) {
	for q.waiting.Len() > 0 {
		wait := q.rule.ready(now)
		if wait > 0 {
			q.wake(wait)
		}
		if wait != 0 {
			return
		}
		q.rule.take(now)
		close(q.waiting.Remove(q.waiting.Front()).(chan struct{}))
	}
}

func (q *queue) wake(wait time.Duration) {
	if q.timer != nil {
		q.timer.Reset(wait)
		return
	}
	q.timer = time.AfterFunc(wait, func() {
		q.mu.Lock()
		defer q.mu.Unlock()
		q.admit(time.Now())
	})
}

// A clock is the start of the run.
type clock struct {
	once  sync.Once
	start time.Time
}

// begin starts the clock; only the first call counts.
func (c *clock) begin() { c.once.Do(func() { c.start = time.Now() }) }

// A pacer lets users pass at a pace.
type pacer struct {
	pace  pace
	clock *clock // begins before the first use
	last  time.Duration
	due   time.Duration // since the clock's start
}

func (p *pacer) ready(now time.Time) time.Duration { return max(p.due-now.Sub(p.clock.start), 0) }

// minSlack is how late timers are on a machine that is not busy.
const minSlack = 2 * time.Millisecond

// take counts from when the permit was due, so that late timers do not lower the pace. A delay of more than a
// twentieth of the time between two permits is not made up for, since that would be a burst.
func (p *pacer) take(now time.Time) {
	at := now.Sub(p.clock.start)
	slack := max((p.due-p.last)/20, minSlack)
	p.last = max(p.due, at-slack)
	if p.due == 0 { // the first permit has nothing to catch up with
		p.last = at
	}
	p.due = p.pace.next(p.last)
}

func (p *pacer) give() {}

// slots let a number of users in at once.
type slots struct{ free int }

func (s *slots) ready(time.Time) time.Duration {
	if s.free > 0 {
		return 0
	}
	return -1
}

func (s *slots) take(time.Time) { s.free-- }
func (s *slots) give()          { s.free++ }
