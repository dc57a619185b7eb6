// Package sinks says what a sink is, where the intervals and Results of a run go, and drives several of them
// so that one cannot harm another. The sinks themselves are its subfolders. It knows nothing of runners.
package sinks

import (
	"context"

	"github.com/liveload/liveload/metrics"
)

// A Sink takes what a run measures. Start is called once, before the run; then Write for each interval;
// then Close once, also when a Write failed. Calls never overlap. Nothing is called after a failed Start.
//
// A sink encodes within Write. An interval is keyed by run, scenario and second: one with a higher Revision
// replaces what was written for the same second, whole, so a destination that can overwrite needs no more.
// What Write has returned an error for is not written again: a sink that must not lose data retries within Write, in the
// time that ctx leaves. Intervals that come meanwhile wait in a queue of the Fanout. When that is full they are
// dropped, or, for a display, the newest replaces what waits. Each loss is logged, counted and noted in the
// Results; a sink need not do so itself.
type Sink interface {
	// Start gets the sink ready. Its error stops the run before it begins, so what cannot work (a folder
	// that is not writable, a server that refuses) is found here.
	Start(ctx context.Context, run metrics.RunInfo) error
	// Write takes one interval and returns once it was accepted or refused, or ctx is over. Others read the
	// same interval: do not change it.
	Write(ctx context.Context, i *metrics.Interval) error
	// Close takes the Results of all scenarios, flushes and releases. The run may have been interrupted.
	Close(ctx context.Context, results []metrics.Result) error
}

// A Flusher is a Sink that hands on later what it takes. Flush is called once, after the last Write and before Close,
// and waits for that until ctx is over. Its notes are worth knowing about the run; its error is what was lost.
type Flusher interface {
	Flush(ctx context.Context) (notes []string, err error)
}

// An Abandoner is a Sink that keeps what it has written of an earlier run when the run does not begin. Then Abandon is called after
// Start, in place of Close.
type Abandoner interface{ Abandon() }

// A Counter is a Sink that knows how many points went to disk since Start, and how many were lost. The Fanout counts them
// in the Results.
type Counter interface {
	Counted() (spooled, lost int64)
}
