package sinks

import (
	"context"
	"errors"
	"fmt"

	"github.com/liveload/liveload/metrics"
)

// A queue is one sink with its goroutine. offer and close are called by one goroutine.
type queue struct {
	sink    Named
	waiting chan *metrics.Snapshot
	done    chan struct{}
	cancel  context.CancelFunc
	dropped int64

	// Of the goroutine, until done is closed.
	failed int64
	first  error
}

func startQueue(ctx context.Context, s Named) *queue {
	// The run's end must not cut off what is still queued: close decides when to give up.
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	q := &queue{sink: s, waiting: make(chan *metrics.Snapshot, queueLength), done: make(chan struct{}), cancel: cancel}
	go q.run(ctx)
	return q
}

func (q *queue) run(ctx context.Context) {
	defer close(q.done)
	for s := range q.waiting {
		if err := q.sink.Sink.Write(ctx, s); err != nil {
			q.failed++
			if q.first == nil {
				q.first = err
			}
		}
	}
}

func (q *queue) offer(s *metrics.Snapshot) {
	select {
	case q.waiting <- s:
	default:
		q.dropped++
	}
}

// close lets the goroutine finish, or cancels its Write once ctx is over, and closes the sink.
func (q *queue) close(ctx context.Context, results []metrics.Result) error {
	close(q.waiting)
	defer q.cancel()
	select {
	case <-q.done:
	case <-ctx.Done():
		q.cancel()
		<-q.done
	}
	return errors.Join(q.losses(), named(q.sink, "close", q.sink.Sink.Close(ctx, results)))
}

func (q *queue) losses() error {
	var errs []error
	if q.failed > 0 {
		errs = append(errs, fmt.Errorf("write to %s: %d snapshots failed, the first with: %w", q.sink.Name, q.failed, q.first))
	}
	if q.dropped > 0 {
		errs = append(errs, fmt.Errorf("write to %s: %d snapshots were dropped since it is too slow", q.sink.Name, q.dropped))
	}
	return errors.Join(errs...)
}
