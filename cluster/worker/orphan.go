package worker

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/threshold"
)

// drainTime is how long iterations may take to finish when the controller is gone.
const drainTime = 30 * time.Second

// errGone says that the worker has ended without its controller.
var errGone = errors.New("the controller is gone")

// orphaned ends the work of a worker whose controller is gone: the running iterations may finish, and what was measured is
// kept. It is called when nothing is sent any more, since the controller takes the node for lost and gives its load to
// others.
func (w *worker) orphaned(ctx context.Context) error {
	w.finish(ctx, errGone)
	w.end(errGone)
	if len(w.measured) == 0 || w.Keep == nil {
		return errGone
	}
	path, err := w.Keep(w.measured)
	if err != nil {
		return errors.Join(errGone, fmt.Errorf("keep what this node has measured: %w", err))
	}
	return fmt.Errorf("%w: what this node has measured is in %s", errGone, path)
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

// part returns what merges the snapshots of a job that starts, for when the controller will be gone.
func (j *job) part(start time.Time) *metrics.Aggregator {
	info := metrics.RunInfo{RunID: j.worker.welcome.RunID, Start: start, Version: j.worker.Version, Nodes: []string{j.worker.welcome.Name}, Part: true}
	for i := range j.batch {
		info.Scenarios = append(info.Scenarios, j.batch[i].Info())
	}
	return metrics.NewAggregator(info)
}

// keep remembers the Results of a job that has ended.
func (j *job) keep(part *metrics.Aggregator) {
	part.Finish()
	results := part.Results(time.Now())
	for i := range j.batch { // which the Results are in the order of
		for _, s := range j.batch[i].Thresholds {
			results[i].Thresholds = append(results[i].Thresholds, threshold.NotJudged(s, "this is only a part of the run, and liveload merge judges the whole"))
		}
		if j.nodes > 1 {
			results[i].PartOf = j.nodes
		}
		results[i].Health.Notes = append(results[i].Health.Notes,
			fmt.Sprintf("node %s lost its controller: this is all that it has measured, and a Result of the controller may have a part of it", j.worker.welcome.Name))
	}
	j.worker.mu.Lock()
	defer j.worker.mu.Unlock()
	j.worker.measured = append(j.worker.measured, results...)
}
