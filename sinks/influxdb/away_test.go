package influxdb

import (
	"context"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/influxdb/influxtest"
	"github.com/liveload/liveload/sinks/outputtest"
	"github.com/liveload/liveload/sinks/pump"
)

// TestNothingIsMissing when the database is killed in the middle of a run and comes back, and is killed again until
// after the end: then a replay brings the rest.
func TestNothingIsMissing(t *testing.T) {
	t.Parallel()
	s := influxtest.Start(t)
	options := pump.Options{
		Name: "InfluxDB", Spool: filepath.Join(t.TempDir(), "spool"), Memory: 20_000, Timeout: 50 * time.Millisecond, Log: slog.New(slog.DiscardHandler),
	}
	p := pump.New(connect(t, s), options)
	if err := p.Start(t.Context(), metrics.RunInfo{}); err != nil {
		t.Fatal(err)
	}
	written := 0
	results := outputtest.Simulate(t, began, func(i *metrics.Interval) {
		switch written++; written {
		case 6:
			waitFor(t, "points in the database", func() bool { return p.Counts().Sent > 0 })
			s.Kill(t)
		case 12:
			if c := p.Counts(); c.Spooled == 0 {
				t.Errorf("nothing is in the spool: %+v", c)
			}
			s.Run(t)
			waitFor(t, "the end of the spool", func() bool { return p.Counts().Kept == 0 })
			s.Kill(t)
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
	s.Run(t)
	options.Timeout = time.Minute
	if err := pump.Replay(t.Context(), connect(t, s), options, func(int64, int64) {}); err != nil {
		t.Error(err)
	}
	s.Compare(t, results)
}

// connect returns an output that its pump closes.
func connect(t *testing.T, s *influxtest.Server) *Output {
	t.Helper()
	o, err := New(s.Address(), noEnv)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func waitFor(t *testing.T, what string, so func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	for !so() {
		select {
		case <-ctx.Done():
			t.Fatalf("waited two minutes for %s", what)
		case <-time.After(10 * time.Millisecond): // the pump has no signal for it
		}
	}
}
