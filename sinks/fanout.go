package sinks

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/redact"
)

// A Fanout is a Sink that hands everything to several sinks. Each has its own goroutine and queue, so that a
// slow one delays nobody.
type Fanout struct {
	log     *slog.Logger
	secrets *redact.Redactor
	sinks   []Named
	queues  []*queue
}

// Named is a sink and the name that its errors carry.
type Named struct {
	Name string
	Sink Sink
	// Display says that only the newest interval matters: it replaces one that still waits.
	Display bool
}

// NewFanout returns a fanout to the sinks, which it starts and closes. What they do not take is logged. No sink gets
// secrets.
func NewFanout(log *slog.Logger, secrets *redact.Redactor, sinks ...Named) *Fanout {
	return &Fanout{log: log, secrets: secrets, sinks: sinks}
}

// Start starts all sinks. When one fails, those that started are closed again.
func (f *Fanout) Start(ctx context.Context, run metrics.RunInfo) error {
	run = redact.Deep(f.secrets, run)
	for i, s := range f.sinks {
		if err := s.Sink.Start(ctx, run); err != nil {
			err = fmt.Errorf("start %s: %w", s.Name, err)
			return errors.Join(err, abandon(ctx, f.sinks[:i]))
		}
	}
	for _, s := range f.sinks {
		f.queues = append(f.queues, startQueue(ctx, s, NewLosses(s.Name, "interval", f.log)))
	}
	return nil
}

// abandon ends sinks that were started for a run that does not begin.
func abandon(ctx context.Context, started []Named) (err error) {
	for _, s := range started {
		if a, ok := s.Sink.(Abandoner); ok {
			a.Abandon()
			continue
		}
		err = errors.Join(err, named(s, "close", s.Sink.Close(ctx, nil)))
	}
	return err
}

// Write queues the interval for every sink and never blocks. What nodes say in it has no secrets: only what was added here may have
// some. What a sink does not accept is logged, and
// returned by Close.
func (f *Fanout) Write(_ context.Context, i *metrics.Interval) error {
	if health := redact.Deep(f.secrets, i.Health); !reflect.DeepEqual(health, i.Health) {
		clean := *i
		clean.Health, i = health, &clean
	}
	for _, q := range f.queues {
		q.offer(i)
	}
	return nil
}

// Close lets the sinks take what is queued and flush, for two thirds of the time until ctx is over, and adds what is
// worth knowing and what they did not take to the notes of the results. Then it closes all sinks at the same time. The
// error is everything that went wrong since Start.
func (f *Fanout) Close(ctx context.Context, results []metrics.Result) error {
	draining, cancel := partOf(ctx)
	defer cancel()
	notes := make([][]string, len(f.queues))
	lost := f.each(func(i int, q *queue) error {
		q.drain(draining)
		err := q.losses.Err()
		if flusher, ok := q.sink.Sink.(Flusher); ok {
			var flushed error
			notes[i], flushed = flusher.Flush(draining)
			err = errors.Join(err, flushed)
		}
		if err != nil {
			notes[i] = append(notes[i], strings.Split(err.Error(), "\n")...)
		}
		return err
	})
	spooled, gone := f.counted()
	for i := range results {
		r := &results[i]
		r.Health.Notes = append(r.Health.Notes, slices.Concat(notes...)...)
		if r.Error == "" {
			r.SetCounter(metrics.SinkPointsSpooled, spooled)
			r.SetCounter(metrics.SinkPointsLost, gone)
		}
	}
	results = redact.Deep(f.secrets, results)
	return errors.Join(lost, f.each(func(_ int, q *queue) error { return named(q.sink, "close", q.sink.Sink.Close(ctx, results)) }))
}

// counted returns how many points of each sink went to disk, and how many were lost.
func (f *Fanout) counted() (spooled, lost map[string]int64) {
	spooled, lost = make(map[string]int64), make(map[string]int64)
	for _, s := range f.sinks {
		if counter, ok := s.Sink.(Counter); ok {
			disk, gone := counter.Counted()
			add(spooled, s.Name, disk)
			add(lost, s.Name, gone)
		}
	}
	return spooled, lost
}

func add(to map[string]int64, name string, n int64) {
	if n > 0 {
		to[name] += n
	}
}

// partOf returns a context that ends when two thirds of the time until the end of ctx are over.
func partOf(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, time.Until(deadline)*2/3)
}

// ClosingFor returns how long the Close of a Fanout may take, so that a Flush has the given time.
func ClosingFor(flush time.Duration) time.Duration { return (flush + time.Second) * 3 / 2 }

// each does something with all queues at the same time.
func (f *Fanout) each(do func(int, *queue) error) error {
	errs := make([]error, len(f.queues))
	var all sync.WaitGroup
	for i, q := range f.queues {
		all.Go(func() { errs[i] = do(i, q) })
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
