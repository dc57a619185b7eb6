// Package eventloop turns what happens elsewhere, such as results, events and timers, into functions that one goroutine
// runs one after the other. It knows nothing of JavaScript.
package eventloop

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/liveload/liveload/js/scripterr"
)

// A Loop serves one call at a time. Its methods belong to the goroutine of the call, unless they say otherwise.
type Loop struct {
	queue   queue
	timers  timers
	waiting int // completions that were registered and have not run
	resting atomic.Bool
}

// New makes a loop in which nothing waits.
func New() *Loop { return &Loop{queue: newQueue()} }

// Resting says whether Run waits for something to do. Safe for concurrent use.
func (l *Loop) Resting() bool { return l.resting.Load() }

// Post queues fn for a separate turn, from any goroutine. What fn returns is the end of Run when it is not nil.
func (l *Loop) Post(fn func() error) { l.queue.push(job{run: fn}) }

// Register announces a result and returns the function that brings it, which must be called exactly once, from any
// goroutine; the second time panics. Run does not end because of it, End waits for it. The result may be nil.
func (l *Loop) Register() (complete func(fn func() error)) {
	l.waiting++
	var done atomic.Bool
	return func(fn func() error) {
		if done.Swap(true) {
			panic("eventloop: completed twice")
		}
		if fn == nil {
			fn = func() error { return nil }
		}
		l.queue.push(job{run: fn, registered: true})
	}
}

// Run runs what is queued until done, asked before the first turn and after each batch of them, says so or fails. When
// ctx is over first, the error is a *scripterr.InterruptError.
func (l *Loop) Run(ctx context.Context, done func() (bool, error)) error {
	for {
		if over, err := done(); over || err != nil {
			return err
		}
		l.resting.Store(true)
		select {
		case <-l.queue.wake:
			l.resting.Store(false)
			if err := l.turn(ctx); err != nil {
				return err
			}
		case <-ctx.Done():
			l.resting.Store(false)
			return l.interrupted(ctx)
		}
	}
}

func (l *Loop) turn(ctx context.Context) error {
	for {
		job, ok := l.queue.pop()
		if !ok {
			return nil
		}
		if job.registered {
			l.waiting--
		}
		if ctx.Err() != nil {
			return l.interrupted(ctx)
		}
		if err := job.run(); err != nil {
			return err
		}
	}
}

func (l *Loop) interrupted(ctx context.Context) error {
	doing := "was waiting for a timer or an operation"
	if l.waiting == 0 && len(l.timers.active) == 0 {
		doing = "was waiting for a promise that nothing can resolve any more"
	}
	return &scripterr.InterruptError{Doing: doing, Cause: context.Cause(ctx)}
}

// End drops timers and what is queued, and waits for registered results until late is closed or limit is over. It says
// whether all have come.
func (l *Loop) End(late <-chan struct{}, limit time.Duration) bool {
	l.timers.clear()
	if l.drop(); l.waiting == 0 {
		return true
	}
	over := time.NewTimer(limit)
	defer over.Stop()
	for l.waiting > 0 {
		select {
		case <-l.queue.wake:
			l.drop()
		case <-late:
			return false
		case <-over.C:
			return false
		}
	}
	return true
}

func (l *Loop) drop() {
	for job, ok := l.queue.pop(); ok; job, ok = l.queue.pop() {
		if job.registered {
			l.waiting--
		}
	}
}

// A job is one turn. Its error ends Run.
type job struct {
	run        func() error
	registered bool // it answers a Register
}

// A queue brings jobs from any goroutine to that of the loop.
type queue struct {
	mu   sync.Mutex
	jobs []job
	wake chan struct{} // has a token when jobs may be waiting
}

func newQueue() queue { return queue{wake: make(chan struct{}, 1)} }

func (q *queue) push(j job) {
	q.mu.Lock()
	q.jobs = append(q.jobs, j)
	q.mu.Unlock()
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

func (q *queue) pop() (j job, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.jobs) == 0 {
		q.jobs = nil
		return job{}, false
	}
	j, q.jobs = q.jobs[0], q.jobs[1:]
	return j, true
}
