package sinks

import (
	"context"

	"github.com/liveload/liveload/metrics"
)

// queueLength is how many intervals wait for a slow sink. One late snapshot can revise ten minutes at once, and must not
// make a sink lose any that keeps up.
const queueLength = 1000

const tooSlow = "dropped since it is too slow"

// A queue is one sink with its goroutine. offer, drain and close are called by one goroutine.
type queue struct {
	sink    Named
	losses  *Losses
	waiting chan *metrics.Interval
	done    chan struct{}
	cancel  context.CancelFunc
}

func startQueue(ctx context.Context, s Named, l *Losses) *queue {
	// The run's end must not cut off what is still queued: drain decides when to give up.
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	length := queueLength
	if s.Display {
		length = 1
	}
	q := &queue{sink: s, losses: l, waiting: make(chan *metrics.Interval, length), done: make(chan struct{}), cancel: cancel}
	go q.run(ctx)
	return q
}

func (q *queue) run(ctx context.Context) {
	defer close(q.done)
	for i := range q.waiting {
		if ctx.Err() != nil {
			q.losses.Add(1, tooSlow, nil)
		} else if err := q.sink.Sink.Write(ctx, i); err != nil {
			q.losses.Add(1, "not accepted", err)
		}
	}
}

// offer queues an interval without waiting. When the queue is full it makes room for a display, and drops it
// otherwise.
func (q *queue) offer(i *metrics.Interval) {
	for {
		select {
		case q.waiting <- i:
			return
		default:
		}
		if !q.sink.Display {
			q.losses.Add(1, tooSlow, nil)
			return
		}
		select {
		case <-q.waiting:
		default: // the sink has just taken it
		}
	}
}

// drain waits until everything that was offered is written, or cancels the Write and drops the rest once ctx
// is over.
func (q *queue) drain(ctx context.Context) {
	close(q.waiting)
	defer q.cancel()
	select {
	case <-q.done:
	case <-ctx.Done():
		q.cancel()
		<-q.done
	}
}
