// Package pump brings what a run measures to destinations outside of the process. It owns buffering, batching,
// retries, the spool on disk and the counts; an Output only encodes and sends.
package pump

import (
	"context"
	"time"

	"github.com/liveload/liveload/metrics"
)

// An Output encodes intervals and sends what it has encoded. Check comes first, Close last; Encode and Send may be
// called at the same time, but neither overlaps with itself. A replay calls Send and Close only.
type Output interface {
	// Check tries the destination with a real write, before users start. Its error says what to do.
	Check(ctx context.Context, run metrics.RunInfo) error
	// Encode returns the records of an interval, in a form that can be kept in a file and sent later by another
	// process. Others read the same interval: do not change it.
	Encode(i *metrics.Interval) ([]Record, error)
	// Send delivers records in order, all or nothing as far as the destination can. It obeys ctx. A *RefusedError says
	// that trying again cannot help, a *PartialError that only some points were refused, a *BusyError when to try again;
	// after any other error the Pump chooses when. What was cut off may be sent again, so that a destination should take
	// the same record twice.
	Send(ctx context.Context, batch []Record) error
	// Close releases what the output holds.
	Close(ctx context.Context) error
}

// A Record is the smallest part that a destination takes or refuses, complete in itself.
type Record struct {
	Points int    // in it
	Data   []byte // in the destination's wire format
}

// A RefusedError says that a destination will never take a batch. The Pump then looks for the records that are to
// blame, and loses only those.
type RefusedError struct {
	Reason string // in the destination's own words, without secrets
	// Everything says that nothing will be taken, whatever it is, such as for wrong credentials or a missing database:
	// the Pump stops sending and keeps what it has for a replay. A destination that took something before may say so for a
	// minute first.
	Everything bool
}

func (e *RefusedError) Error() string { return e.Reason }

// A PartialError says that a destination took a batch but for some points, which it will never take. Only those are lost.
type PartialError struct {
	Lost   int64
	Reason string // in the destination's own words, without secrets
}

func (e *PartialError) Error() string { return e.Reason }

// A BusyError says that a destination asks to wait, with the status 429 or 503.
type BusyError struct {
	Reason     string
	RetryAfter time.Duration // 0 when it does not say
}

func (e *BusyError) Error() string { return e.Reason }
