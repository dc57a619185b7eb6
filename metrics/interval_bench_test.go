package metrics_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
)

// BenchmarkSecond is one second of 200 nodes with 300 series each.
func BenchmarkSecond(b *testing.B) {
	const nodes, metricsPerNode, labels = 200, 30, 10
	run := metrics.RunInfo{Start: began, Scenarios: []metrics.ScenarioInfo{{Name: "buy", Users: nodes}}}
	var recorders []*metrics.Recorder
	for n := range nodes {
		run.Nodes = append(run.Nodes, fmt.Sprint("node", n))
		recorders = append(recorders, metrics.NewRecorder(run.Nodes[n], began, metrics.NewRegistry()))
	}
	var measured []*metrics.Metric
	for m := range metricsPerNode {
		kind := metrics.Histogram
		if m%3 == 0 {
			kind = metrics.Counter
		}
		measured = append(measured, &metrics.Metric{Name: fmt.Sprint("metric_", m), Kind: kind})
	}
	agg, r, second := metrics.NewAggregator(run), rand.New(rand.NewPCG(1, 2)), 0
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		second++
		var snaps []*metrics.Snapshot
		for _, rec := range recorders {
			for _, m := range measured {
				for label := range labels {
					if m.Kind == metrics.Counter {
						rec.Scope("buy").Add(m, metrics.LabelsOf("n", fmt.Sprint("label", label)), 1)
						continue
					}
					for range 3 {
						rec.Scope("buy").Observe(m, metrics.LabelsOf("n", fmt.Sprint("label", label)), 1e3*float64(1+r.IntN(1000)))
					}
				}
			}
			snaps = append(snaps, rec.Snapshot(began.Add(time.Duration(second)*time.Second)))
		}
		b.StartTimer()
		for _, snap := range snaps {
			agg.Add(snap)
		}
	}
}
