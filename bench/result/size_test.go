// Package result measures what the Result of a long run costs: memory while it runs, its file, and the time to
// write that.
package result

import (
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
)

const megabyte = 1e6

var began = time.Date(2026, 8, 1, 12, 0, 0, 0, time.UTC)

// A load is what a run measures, in virtual time.
type load struct {
	length, every        time.Duration // every is between two snapshots
	histograms, counters int
	labels               int // of each metric
	samples              int // of each histogram and label in a snapshot
}

func (l load) String() string {
	return fmt.Sprintf("%s with %d histograms and %d counters of %d labels", l.length, l.histograms, l.counters, l.labels)
}

// A cost is what was measured of a run on one node.
type cost struct {
	heap, file int64
	write      time.Duration
}

func measure(t testing.TB, l load) cost {
	before := heap()
	agg := metrics.NewAggregator(metrics.RunInfo{RunID: "r", Start: began, Scenarios: []metrics.ScenarioInfo{{Name: "buy", Users: 10, Duration: l.length}}})
	series := l.series()
	for at, seq := time.Duration(0), int64(1); at < l.length; at, seq = at+l.every, seq+1 {
		agg.Add(snapshot("node", seq, at, series))
	}
	results := agg.Results(began.Add(l.length))
	c := cost{heap: heap() - before}
	var file counting
	start := time.Now()
	if err := metrics.WriteResults(&file, results); err != nil {
		t.Fatal(err)
	}
	c.write, c.file = time.Since(start), int64(file)
	runtime.KeepAlive(agg)
	runtime.KeepAlive(results)
	return c
}

func snapshot(node string, seq int64, at time.Duration, series [][]metrics.Series) *metrics.Snapshot {
	end := began.Add(at + time.Second)
	return &metrics.Snapshot{Node: node, Seq: seq, Start: began, From: end.Add(-time.Second), To: end, Series: series[seq%int64(len(series))]}
}

// series returns what snapshots hold in turn.
func (l load) series() [][]metrics.Series {
	const turns = 50
	r := rand.New(rand.NewPCG(1, 2))
	turn := make([][]metrics.Series, turns)
	for i := range turn {
		for m := range l.histograms {
			for label := range l.labels {
				s := metrics.NewSketch()
				for range l.samples {
					_ = s.Add(math.Round(20_000 * float64(1+m%10) * math.Exp(r.NormFloat64()/2))) // never refused
				}
				turn[i] = append(turn[i], metrics.Series{Scenario: "buy", Metric: fmt.Sprint("histogram_", m, "_us"), Labels: metrics.LabelsOf("name", fmt.Sprint("label", label)), Sketch: s})
			}
		}
		for m := range l.counters {
			for label := range l.labels {
				turn[i] = append(turn[i], metrics.Series{Scenario: "buy", Metric: fmt.Sprint("counter_", m), Labels: metrics.LabelsOf("name", fmt.Sprint("label", label)), Count: 1 + r.Int64N(50)})
			}
		}
	}
	return turn
}

// heap returns the bytes that are in use.
func heap() int64 {
	runtime.GC()
	runtime.GC() // what the first has freed in finalizers
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// counting counts what is written.
type counting int64

func (c *counting) Write(b []byte) (int, error) {
	*c += counting(len(b))
	return len(b), nil
}

var _ io.Writer = (*counting)(nil)

// TestSize: neither memory nor file grows with the length of a run.
func TestSize(t *testing.T) {
	for _, l := range []load{
		{length: time.Hour, every: 10 * time.Second, histograms: 40, counters: 10, labels: 10, samples: 30},
		{length: 24 * time.Hour, every: 2 * time.Minute, histograms: 40, counters: 10, labels: 10, samples: 30},
		{length: 4 * time.Hour, every: 20 * time.Second, histograms: 20, labels: 5, samples: 30},
	} {
		t.Run(l.String(), func(t *testing.T) {
			c := measure(t, l)
			t.Logf("heap %.1f MB, file %.1f MB, written in %s", float64(c.heap)/megabyte, float64(c.file)/megabyte, c.write.Round(time.Millisecond))
			if c.heap > 60*megabyte {
				t.Errorf("%d bytes of heap are in use, want at most 60 MB", c.heap)
			}
			if c.file > 15*megabyte {
				t.Errorf("the file has %d bytes, want at most 15 MB", c.file)
			}
		})
	}
}

// BenchmarkRun is a whole run with a snapshot each second.
func BenchmarkRun(b *testing.B) {
	for _, l := range []load{
		{length: time.Hour, every: time.Second, histograms: 40, counters: 10, labels: 10, samples: 20},
		{length: 24 * time.Hour, every: time.Second, histograms: 40, counters: 10, labels: 10, samples: 20},
		{length: 4 * time.Hour, every: time.Second, histograms: 20, labels: 5, samples: 20},
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
