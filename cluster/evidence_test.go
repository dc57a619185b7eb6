package cluster

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/cluster/shared"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/runner/evidence"
)

// A blankSession has nothing to show.
type blankSession struct{ browserpool.Session }

func (blankSession) PageContent(context.Context) (string, error)             { return "", nil }
func (blankSession) LastFrames(context.Context) ([]browserpool.Frame, error) { return nil, nil }
func (blankSession) Screenshot(context.Context, ...browserpool.ScreenshotOptions) ([]byte, error) {
	return nil, errors.New("it is closed")
}

// TestFailuresTakeNoRows: however many classes the failures of a script have, its users get their rows.
func TestFailuresTakeNoRows(t *testing.T) {
	all := &shared.Local{}
	store := evidence.New(evidence.Options{Dir: t.TempDir(), Failures: true, Log: slog.New(slog.DiscardHandler)}, "shop", all)
	for i := range 10_001 {
		store.Failed(t.Context(), blankSession{}, evidence.Failure{FailureSample: metrics.FailureSample{Class: fmt.Sprint("order ", i)}}, false)
	}
	if _, err := all.Next(t.Context(), evidence.SequencePrefix+"shop: one more"); err == nil {
		t.Error("a run remembers any number of classes")
	}
	for i := range 3 {
		if n, err := all.Next(t.Context(), "rows of users.csv"); n != int64(i) || err != nil {
			t.Errorf("row %d is %d, %v", i, n, err)
		}
	}
}
