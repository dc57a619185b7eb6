package journal_test

import (
	"fmt"
	"log/slog"
	"os"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/journal"
)

// BenchmarkASecond is a second of a node with 300 series: what it costs an aggregator, and what with a journal.
func BenchmarkASecond(b *testing.B) {
	for _, with := range []bool{false, true} {
		b.Run(fmt.Sprint("journal ", with), func(b *testing.B) {
			own, r := metrics.NewAggregator(info), metrics.NewRecorder("a", began, metrics.NewRegistry())
			var w *journal.Writer
			if with {
				var err error
				if w, err = journal.Create(head(b), b.TempDir(), []string{b.TempDir()}, slog.New(slog.DiscardHandler)); err != nil {
					b.Fatal(err)
				}
				w.Begin(batch, own)
			}
			seconds := 0
			for b.Loop() {
				b.StopTimer()
				seconds++
				s := r.Scope("buy")
				for i := range 300 {
					s.Observe(metrics.LiveViewEventDuration, metrics.LiveViewEventDuration.With(fmt.Sprint("event ", i%150), fmt.Sprint("/page/", i%2)), float64(1000+i))
				}
				snapshot := r.Snapshot(began.Add(time.Duration(seconds) * time.Second))
				b.StartTimer()
				own.Add(snapshot)
				if with && seconds%100 == 0 {
					w.Stand(journal.Standing{})
				}
			}
			if with {
				if err := w.Close(true); err != nil {
					b.Fatal(err)
				}
				file, err := os.Stat(w.Path())
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(file.Size()), "bytes-of-file")
				b.ReportMetric(float64(seconds), "seconds-of-run")
			}
		})
	}
}
