// Package result measures what the Result of a long run costs: memory while it runs, its file, and the time to
// write that.
package result

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
)

const megabyte = 1e6

var began = time.Date(2026, 8, 1, 12, 0, 0, 0, time.UTC)

// A load is what a run measures, in virtual time.
type load struct {
	nodes                int
	length, every        time.Duration // every is between two snapshots of a node
	histograms, counters int
	labels               int // of each metric
	samples              int // of each histogram and label in a snapshot
}

func (l load) String() string {
	return fmt.Sprintf("%d nodes, %s, %d series", l.nodes, l.length, l.series())
}

func (l load) series() int { return (l.histograms + l.counters) * l.labels }

// A cost is what a run takes.
type cost struct {
	heap, file, buffer int64 // bytes
	write              time.Duration
}

func (c cost) String() string {
	return fmt.Sprintf("heap %.1f MB, file %.1f MB, written in %s", float64(c.heap)/megabyte, float64(c.file)/megabyte, c.write.Round(time.Millisecond))
}

func measure(t testing.TB, l load) cost {
	histograms, counters := declared(metrics.Histogram, l.histograms), declared(metrics.Counter, l.counters)
	turns := l.turns(histograms, counters)
	before := heap()
	agg := metrics.NewAggregator(metrics.RunInfo{RunID: "r", Start: began, Scenarios: []metrics.ScenarioInfo{{Name: "buy", Users: 10, Duration: l.length}}})
	for i := range int(l.length / l.every) {
		end := began.Add(time.Duration(i)*l.every + time.Second)
		for n := range l.nodes {
			agg.Add(&metrics.Snapshot{
				Node: fmt.Sprint("node", n), Seq: int64(i + 1), Start: began, From: end.Add(-time.Second), To: end,
				Metrics: slices.Concat(histograms, counters), Series: turns[(i+n)%len(turns)],
			})
		}
	}
	results := agg.Results(began.Add(l.length))
	c := cost{heap: heap() - before}
	var file target
	start := time.Now()
	if err := metrics.WriteResults(&file, results); err != nil {
		t.Fatal(err)
	}
	c.write, c.file, c.buffer = time.Since(start), file.size, file.largest
	runtime.KeepAlive(agg)
	runtime.KeepAlive(results)
	return c
}

// turns are what the snapshots hold in turn.
func (l load) turns(histograms, counters []*metrics.Metric) [][]metrics.Series {
	r := rand.New(rand.NewPCG(1, 2))
	turns := make([][]metrics.Series, 50)
	for i := range turns {
		rec := metrics.NewRecorder("", began, metrics.NewRegistry())
		for label := range l.labels {
			for k, m := range histograms {
				for range l.samples {
					rec.Scope("buy").Observe(m, m.With(fmt.Sprint("label", label)), math.Round(20_000*float64(1+k%10)*math.Exp(r.NormFloat64()/2)))
				}
			}
			for _, m := range counters {
				rec.Scope("buy").Add(m, m.With(fmt.Sprint("label", label)), 1+r.Int64N(50))
			}
		}
		turns[i] = rec.Snapshot(began).Series
	}
	return turns
}

// declared returns metrics of the catalogue that have labels, and of scripts when there are not enough.
func declared(kind metrics.Kind, n int) (all []*metrics.Metric) {
	for _, m := range metrics.Catalogue() {
		if m.Kind == kind && len(m.Labels) > 0 && len(all) < n {
			all = append(all, m)
		}
	}
	for len(all) < n {
		all = append(all, &metrics.Metric{Name: fmt.Sprintf("my_%s_%d", kind, len(all)), Kind: kind, Labels: []metrics.Label{{Name: "name"}}})
	}
	return all
}

// heap returns the bytes that are in use.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// A target is a file of which only the sizes are kept.
type target struct{ size, largest int64 }

func (t *target) Write(b []byte) (int, error) {
	t.size, t.largest = t.size+int64(len(b)), max(t.largest, int64(len(b)))
	return len(b), nil
}

// TestSize: 500 series take at most 60 MB of memory and 15 MB of file, however long a run is, and fewer ones less. The
// file is written in small pieces.
func TestSize(t *testing.T) {
	for _, l := range []load{
		{nodes: 1, length: time.Hour, every: 5 * time.Second, histograms: 5, counters: 2, labels: 10, samples: 30},
		{nodes: 1, length: 24 * time.Hour, every: 2 * time.Minute, histograms: 5, labels: 5, samples: 30},
	} {
		t.Run(l.String(), func(t *testing.T) {
			c := measure(t, l)
			t.Log(c)
			share := float64(l.series()) / 500
			if most := int64(60 * megabyte * share); c.heap > most {
				t.Errorf("%d bytes of heap are in use, want at most %d", c.heap, most)
			}
			if most := int64(15 * megabyte * share); c.file > most {
				t.Errorf("the file has %d bytes, want at most %d", c.file, most)
			}
			if c.buffer > megabyte {
				t.Errorf("%d bytes of the file were written at once, want at most 1 MB", c.buffer)
			}
		})
	}
}

// BenchmarkRun is a whole run.
func BenchmarkRun(b *testing.B) {
	for _, l := range []load{
		{nodes: 1, length: time.Hour, every: time.Second, histograms: 40, counters: 10, labels: 10, samples: 20},
		{nodes: 1, length: 24 * time.Hour, every: 5 * time.Second, histograms: 40, counters: 10, labels: 10, samples: 20},
		{nodes: 1, length: 4 * time.Hour, every: time.Second, histograms: 20, labels: 5, samples: 20},
		{nodes: 200, length: time.Hour, every: 30 * time.Second, histograms: 20, counters: 10, labels: 10, samples: 10},
	} {
		b.Run(l.String(), func(b *testing.B) {
			for b.Loop() {
				c := measure(b, l)
				b.ReportMetric(float64(c.heap)/megabyte, "heap-MB")
				b.ReportMetric(float64(c.file)/megabyte, "file-MB")
				b.ReportMetric(c.write.Seconds(), "write-s")
			}
		})
	}
}
