// Package sinks says what a sink is, where snapshots and Results of a run go, and drives several of them
// so that one cannot harm another. The sinks themselves are its subfolders. It knows nothing of runners.
package sinks

import (
	"context"

	"github.com/liveload/liveload/metrics"
)

// A Sink takes what a run measures. Start is called once, before the run; then Write for each snapshot;
// then Close once, also when a Write failed. Calls never overlap. Nothing is called after a failed Start.
type Sink interface {
	// Start gets the sink ready. Its error stops the run before it begins, so what cannot work (a folder
	// that is not writable, a server that refuses) is found here.
	Start(ctx context.Context, run metrics.RunInfo) error
	// Write takes one snapshot and returns once it was accepted or refused. Other sinks read the same
	// snapshot: do not change it.
	Write(ctx context.Context, s *metrics.Snapshot) error
	// Close takes the Results of all scenarios, flushes and releases. The run may have been interrupted.
	Close(ctx context.Context, results []metrics.Result) error
}
