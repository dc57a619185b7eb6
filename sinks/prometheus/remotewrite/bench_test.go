package remotewrite

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/klauspost/compress/snappy"

	"github.com/liveload/liveload/metrics"
)

// BenchmarkEncode is what a second of 300 series costs, half of them histograms of many values. It says too how large the
// request is.
func BenchmarkEncode(b *testing.B) {
	random := rand.New(rand.NewPCG(1, 2))
	began := time.Unix(1790000000, 0)
	node := metrics.NewRecorder("a", began, metrics.NewRegistry())
	scope := node.Scope("buy")
	for n := range 150 {
		for range 2000 {
			scope.Observe(metrics.StepDuration, metrics.StepDuration.With(fmt.Sprint("step ", n)), math.Exp(random.NormFloat64()+10))
		}
		scope.Add(metrics.Checks, metrics.Checks.With(fmt.Sprint("check ", n), "pass"), 1)
	}
	totals := node.Snapshot(began.Add(time.Second)).Series
	e := newEncoder(metrics.RunInfo{RunID: "run-1"}, true)
	second, size, packed := 0, 0, 0
	for b.Loop() {
		records := e.encode(&metrics.Interval{
			RunID: "run-1", Start: began, Offset: time.Duration(second) * time.Second, Width: time.Second, Revision: 1,
			Scenarios: []metrics.ScenarioInterval{{Scenario: "buy", State: &metrics.State{Totals: totals}}},
		})
		message := joined(records)
		size, packed = len(message), len(snappy.Encode(nil, message))
		second++
	}
	b.ReportMetric(float64(size), "bytes/second")
	b.ReportMetric(float64(packed), "packed-bytes/second")
}
