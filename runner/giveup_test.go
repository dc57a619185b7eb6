package runner

import (
	"context"
	"testing"
	"time"

	"github.com/liveload/liveload/js/scripterr"
)

// TestPanicCountsMoreThanTheTimeout: what has happened is a bug, whatever the time.
func TestPanicCountsMoreThanTheTimeout(t *testing.T) {
	ctx, cancel := context.WithTimeoutCause(t.Context(), time.Nanosecond, &TimeoutError{})
	defer cancel()
	<-ctx.Done()
	if err := endedBy(ctx, &scripterr.PanicError{Value: "surprise"}); classOf(err) != ClassPanic {
		t.Errorf("the iteration ended by %v", err)
	}
}
