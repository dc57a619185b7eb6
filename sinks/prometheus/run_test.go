package prometheus

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/outputtest"
	"github.com/liveload/liveload/sinks/prometheus/prometheustest"
)

// TestScrapesEqualResult: what a real server has at the end is in the Results, though it was killed in the middle of the
// run. One without native histograms has their counts, sums and quantiles.
func TestScrapesEqualResult(t *testing.T) {
	t.Parallel()
	for name, classic := range map[string]bool{"native histograms": false, "no native histograms": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at := outputtest.FreeAddress(t)
			s := prometheustest.Start(t, prometheustest.Options{Scrape: prometheustest.Target(at, "2s"), Classic: classic})
			sink := start(t, at, 3*time.Minute)
			written := 0
			results := outputtest.Simulate(t, time.Now(), func(i *metrics.Interval) {
				if err := sink.Write(t.Context(), i); err != nil {
					t.Error(err)
				}
				switch written++; written {
				case 6:
					flush(t, sink)
					s.Settle(t, 1)
					s.Kill(t)
				case 18:
					s.Run(t)
				}
			})
			flush(t, sink)
			s.Settle(t, 1)
			s.Compare(t, results, time.Now(), classic)
			if !classic {
				askDocumented(t, s, time.Now())
			}
		})
	}
}

// start returns a sink that listens until the end of the test.
func start(t *testing.T, address string, timeout time.Duration) *Sink {
	t.Helper()
	sink, err := New(address, noEnv, timeout, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if err := sink.Start(t.Context(), metrics.RunInfo{RunID: outputtest.SimulatedRun}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := sink.Close(context.Background(), nil); err != nil {
			t.Error(err)
		}
	})
	return sink
}

// flush waits until everything was scraped.
func flush(t *testing.T, sink *Sink) {
	t.Helper()
	if notes, err := sink.Flush(t.Context()); err != nil || len(notes) > 0 {
		t.Errorf("Flush = %q, %v", notes, err)
	}
}
