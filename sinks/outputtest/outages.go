package outputtest

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/pump"
)

// Outages simulates a run that began at a time and whose server is killed in its middle, comes back, and is killed again until
// after the end: then a replay brings the rest. It returns the Results. Each output that connect returns is closed.
func Outages(t *testing.T, server *Process, began time.Time, connect func() pump.Output) []metrics.Result {
	t.Helper()
	options := pump.Options{
		Name: "the server", Spool: filepath.Join(t.TempDir(), "spool"), Memory: 20_000, Timeout: 50 * time.Millisecond, Log: slog.New(slog.DiscardHandler),
	}
	p := pump.New(connect(), options)
	if err := p.Start(t.Context(), metrics.RunInfo{RunID: SimulatedRun}); err != nil {
		t.Fatal(err)
	}
	written := 0
	results := Simulate(t, began, func(i *metrics.Interval) {
		switch written++; written {
		case 6:
			waitFor(t, "points in the server", func() bool { return p.Counts().Sent > 0 })
			server.Kill(t)
		case 12:
			if c := p.Counts(); c.Spooled == 0 {
				t.Errorf("nothing is in the spool: %+v", c)
			}
			server.Run(t)
			waitFor(t, "the end of the spool", func() bool { return p.Counts().Kept == 0 })
			server.Kill(t)
		}
		if err := p.Write(t.Context(), i); err != nil {
			t.Error(err)
		}
	})
	if _, err := p.Flush(t.Context()); err != nil {
		t.Error(err)
	}
	if err := p.Close(t.Context(), nil); err != nil {
		t.Error(err)
	}
	if c := p.Counts(); c.Kept == 0 || c.Lost != 0 {
		t.Errorf("at the end: %+v", c)
	}
	server.Run(t)
	options.Timeout = time.Minute
	if err := pump.Replay(t.Context(), connect(), options, func(int64, int64) {}); err != nil {
		t.Error(err)
	}
	return results
}

func waitFor(t *testing.T, what string, so func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for !so() {
		select {
		case <-ctx.Done():
			t.Fatalf("waited %v for %s", patience, what)
		case <-time.After(10 * time.Millisecond): // the pump has no signal for it
		}
	}
}
