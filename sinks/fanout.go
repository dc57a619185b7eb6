package sinks

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/liveload/liveload/metrics"
)

// queueLength is how many snapshots wait for a slow sink: at one a second for each of 10 nodes, half a
// minute.
const queueLength = 300

// A Fanout is a Sink that hands everything to several sinks. Each has its own goroutine and queue: a slow
// one delays nobody, and what no longer fits its queue is counted and reported by Close.
type Fanout struct {
	sinks  []Named
	queues []*queue
}

// Named is a sink and the name that its errors carry.
type Named struct {
	Name string
	Sink Sink
}

// NewFanout returns a fanout to the sinks, which it starts and closes.
func NewFanout(sinks ...Named) *Fanout { return &Fanout{sinks: sinks} }

// Start starts all sinks. When one fails, those that started are closed again.
func (f *Fanout) Start(ctx context.Context, run metrics.RunInfo) error {
	for i, s := range f.sinks {
		if err := s.Sink.Start(ctx, run); err != nil {
			err = fmt.Errorf("start %s: %w", s.Name, err)
			for _, started := range f.sinks[:i] {
				err = errors.Join(err, named(started, "close", started.Sink.Close(ctx, nil)))
			}
			return err
		}
	}
	for _, s := range f.sinks {
		f.queues = append(f.queues, startQueue(ctx, s))
	}
	return nil
}

// Write queues the snapshot for every sink and never blocks; errors of the sinks come with Close.
func (f *Fanout) Write(_ context.Context, s *metrics.Snapshot) error {
	for _, q := range f.queues {
		q.offer(s)
	}
	return nil
}

// Close waits until the queues are empty or ctx is over, and closes all sinks at the same time. It
// returns everything that went wrong since Start.
func (f *Fanout) Close(ctx context.Context, results []metrics.Result) error {
	errs := make([]error, len(f.queues))
	var all sync.WaitGroup
	for i, q := range f.queues {
		all.Go(func() { errs[i] = q.close(ctx, results) })
	}
	all.Wait()
	return errors.Join(errs...)
}

func named(s Named, verb string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s %s: %w", verb, s.Name, err)
}
