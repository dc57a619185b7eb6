package worker

import (
	"context"
	"errors"
)

// errExpired says that a worker has ended before its run, since it has lasted as long as it may.
var errExpired = errors.New("the lifetime of this worker is over, as --lifetime says")

// live returns a context that is over with ctx, or with the worker's lifetime. The caller calls release.
func (w *worker) live(ctx context.Context) (_ context.Context, release func()) {
	living, end := context.WithCancelCause(ctx)
	go func() {
		select {
		case <-w.Expired:
			end(errExpired)
		case <-living.Done():
		}
	}()
	return living, func() { end(nil) }
}

// retire has the job fail, so that others take over its load, and lets its running iterations finish.
func (w *worker) retire(ctx context.Context) {
	w.mu.Lock()
	job := w.job
	w.mu.Unlock()
	if job != nil {
		job.abandon(errExpired)
	}
	w.finish(ctx, errExpired)
}
