package throttle

import (
	"container/list"
	"sync"
	"time"
)

// A queue lets users pass in the order of their arrival, when its rule allows it. It has no goroutine, and a
// timer only while the first user waits for a moment to come.
type queue struct {
	mu      sync.Mutex
	rule    rule
	waiting list.List // of *place
	timer   *time.Timer
}

// A place is that of one user in a queue.
type place struct {
	asked time.Time
	pass  func(waited time.Duration) // nil when the place was left
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

// ask queues up. pass is called once, under the queue's lock, with how long that took. withdraw leaves the queue; false
// says that pass was called, or that the place was left before.
func (q *queue) ask(pass func(waited time.Duration)) (withdraw func() bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	own := &place{asked: time.Now(), pass: pass}
	element := q.waiting.PushBack(own)
	q.admit(own.asked)
	return func() bool { return q.leave(element, own) }
}

func (q *queue) leave(element *list.Element, own *place) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if own.pass == nil {
		return false
	}
	own.pass = nil
	q.waiting.Remove(element)
	if q.waiting.Len() == 0 && q.timer != nil {
		q.timer.Stop()
	}
	return true
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
		first := q.waiting.Remove(q.waiting.Front()).(*place)
		pass := first.pass
		first.pass = nil
		pass(now.Sub(first.asked))
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
	until time.Time     // nobody passes before
}

func (p *pacer) ready(now time.Time) time.Duration {
	return max(p.due-now.Sub(p.clock.start), p.until.Sub(now), 0)
}

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
