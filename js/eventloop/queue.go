package eventloop

import (
	"sync"
)

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
