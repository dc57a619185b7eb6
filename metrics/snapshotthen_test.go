package metrics_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/metricstest"
)

// TestSnapshotsThatWaitMayBeMerged: the totals of a run are the same, however many snapshots of a node become one.
func TestSnapshotsThatWaitMayBeMerged(t *testing.T) {
	for seed := range uint64(20) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 1))
			snaps := record(r, "a")
			add := func(snaps []*metrics.Snapshot) *metrics.Aggregator {
				a := metrics.NewAggregator(metrics.RunInfo{Start: snaps[0].Start, Nodes: []string{"a"}, Scenarios: []metrics.ScenarioInfo{{Name: "buy"}, {Name: "browse"}}})
				for _, one := range snaps {
					a.Add(one)
				}
				a.Finish()
				return a
			}
			var merged []*metrics.Snapshot
			for _, one := range snaps {
				if last := len(merged) - 1; last >= 0 && r.IntN(2) == 0 {
					merged[last] = merged[last].Then(one)
				} else {
					merged = append(merged, one)
				}
			}
			for i, one := range merged { // as the controller numbers what arrives
				numbered := *one
				numbered.Seq = int64(i + 1)
				merged[i] = &numbered
			}
			end := snaps[len(snaps)-1].To
			want, got := add(snaps).Results(end), add(merged).Results(end)
			for i := range want {
				metricstest.SameJSON(t, want[i].Global.Users, got[i].Global.Users)
				metricstest.SameJSON(t, want[i].Global.Counters, got[i].Global.Counters)
				metricstest.SameJSON(t, want[i].Global.FailureSamples, got[i].Global.FailureSamples)
				for name, values := range want[i].Global.Histograms {
					if other := got[i].Global.Histograms[name].Aggregate; other.Count != values.Aggregate.Count || other.Sketch != values.Aggregate.Sketch {
						t.Errorf("%s: %d values, want %d", name, other.Count, values.Aggregate.Count)
					}
				}
				metricstest.SameJSON(t, want[i].Global.Gauges, got[i].Global.Gauges)
			}
		})
	}
}
