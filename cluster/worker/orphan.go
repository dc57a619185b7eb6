package worker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/liveload/liveload/metrics"
)

// drainTime is how long iterations may take to finish when the controller is gone.
const drainTime = 30 * time.Second

// errGone says that the worker has ended without its controller.
var errGone = errors.New("the controller is gone")

// orphaned ends the work of a worker whose controller is gone: the running iterations may finish, and what was measured is
// kept: at once, since somebody may end the machine meanwhile, and in the end. It is called when nothing is sent any more, since the
// controller takes the node for lost and gives its load to others.
func (w *worker) orphaned(ctx context.Context) error {
	w.outbox.leave()
	if _, err := w.keep(); err != nil {
		w.Log.Warn(err.Error())
	}
	w.finish(ctx, errGone)
	w.end(errGone)
	w.outbox.leave()
	path, err := w.keep()
	if err != nil || path == "" {
		return errors.Join(errGone, err)
	}
	return fmt.Errorf("%w: what this node has measured is in %s", errGone, path)
}

// keep keeps what this node has measured, and returns where; "" when there is nothing.
func (w *worker) keep() (path string, err error) {
	var measured []metrics.Result
	w.mu.Lock()
	records := slices.Clone(w.records)
	w.mu.Unlock()
	for _, r := range records {
		r.mu.Lock()
		defer r.mu.Unlock()
		measured = append(measured, r.results()...)
	}
	if len(measured) == 0 {
		return "", nil
	}
	if path, err = w.Keep(measured); err != nil {
		return "", fmt.Errorf("keep what this node has measured: %w", err)
	}
	return path, nil
}

// keepMissed keeps what this node has measured when the controller, which is there or was, does not have all of it.
func (w *worker) keepMissed() error {
	w.outbox.leave()
	if !slices.ContainsFunc(w.records, (*record).misses) {
		return nil
	}
	path, err := w.keep()
	if err == nil {
		w.Log.Warn("the controller has given up this node before all was reported: what it has measured is in a file of its own", "file", path)
	}
	return err
}

// finish takes no more orders, and lets the running iterations finish.
func (w *worker) finish(ctx context.Context, why error) {
	w.mu.Lock()
	w.ended = true
	job := w.job
	running := job != nil && job.running
	w.mu.Unlock()
	if !running {
		return
	}
	w.Log.Warn(fmt.Sprintf("%v: finishing the running iterations, for %v at most", why, drainTime))
	job.drained.Do(func() { close(job.drain) })
	select {
	case <-job.ran:
	case <-ctx.Done():
	case <-time.After(drainTime):
	}
}
