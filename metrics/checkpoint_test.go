package metrics_test

import (
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
)

// TestRestoredAggregators: an aggregator that was restored of a checkpoint at any moment, and gets what comes after it, ends
// with the same Results as the one that went on.
func TestRestoredAggregators(t *testing.T) {
	for seed := range uint64(24) {
		r := rand.New(rand.NewPCG(seed, 7))
		run := metrics.RunInfo{RunID: "r", Start: began, Nodes: []string{"a", "b", "c"}, ByNode: seed%2 == 0, Scenarios: []metrics.ScenarioInfo{
			{Name: "buy", Duration: 20 * time.Second}, {Name: "browse"},
		}}
		if seed%3 == 0 {
			run.BucketWidth = 30 * time.Millisecond // so that buckets are merged
		}
		inputs := inputsOf(r)
		whole, part := metrics.NewAggregator(run), metrics.NewAggregator(run)
		at := r.IntN(len(inputs) + 1)
		for i, in := range inputs {
			if i == at {
				part = again(t, run, part)
			}
			whole.Take(in)
			part.Take(in)
		}
		whole.Finish()
		part.Finish()
		if want, got := whole.Results(began.Add(time.Minute)), part.Results(began.Add(time.Minute)); !reflect.DeepEqual(got, want) {
			t.Fatalf("seed %d, checkpoint at %d of %d:\n%+v\nbecame\n%+v", seed, at, len(inputs), want, got)
		}
	}
}

// inputsOf are what three nodes, the application and people give an aggregator, in any order.
func inputsOf(r *rand.Rand) (inputs []metrics.Input) {
	var all []delivery
	for _, node := range []string{"a", "b", "c"} {
		all = append(all, deliver(r, record(r, node))...)
	}
	slices.SortStableFunc(all, func(a, b delivery) int { return int(a.at - b.at) })
	for i, one := range all {
		inputs = append(inputs, metrics.Input{Snapshot: one.snap})
		switch r.IntN(30) {
		case 0:
			inputs = append(inputs, metrics.Input{Reading: &metrics.Reading{At: began.Add(one.at), Series: []metrics.Series{
				{Metric: metrics.ServerProbeFailures.Name, Labels: metrics.ServerProbeFailures.With("app"), Count: int64(i)},
			}}})
		case 1:
			inputs = append(inputs, metrics.Input{Lost: &metrics.NodeLoss{Node: "b", Reason: "it is gone", After: one.at}})
		case 2:
			inputs = append(inputs, metrics.Input{Stopped: &metrics.ScenarioStop{Scenario: "buy", At: one.at}})
		}
	}
	return inputs
}

// again returns an aggregator that was written down and read.
func again(t *testing.T, run metrics.RunInfo, a *metrics.Aggregator) *metrics.Aggregator {
	t.Helper()
	var written []byte
	a.Checkpoint(func(c *metrics.Checkpoint) {
		var err error
		if written, err = c.MarshalBinary(); err != nil {
			t.Fatal(err)
		}
	})
	var read metrics.Checkpoint
	if err := read.UnmarshalBinary(written); err != nil {
		t.Fatal(err)
	}
	restored, err := metrics.Restore(run, &read)
	if err != nil {
		t.Fatal(err)
	}
	return restored
}

// TestTap: an aggregator that takes what another one's tap has seen ends with the same Results.
func TestTap(t *testing.T) {
	for seed := range uint64(20) {
		run := metrics.RunInfo{RunID: "r", Start: began, Nodes: []string{"a", "b", "c"}, Scenarios: []metrics.ScenarioInfo{{Name: "buy"}, {Name: "browse"}}}
		one, other := metrics.NewAggregator(run), metrics.NewAggregator(run)
		one.Tap(func(in metrics.Input) { other.Take(in) })
		for _, in := range inputsOf(rand.New(rand.NewPCG(seed, 8))) {
			one.Take(in)
		}
		one.Finish()
		other.Finish()
		if want, got := one.Results(began), other.Results(began); !reflect.DeepEqual(got, want) {
			t.Fatalf("seed %d:\n%+v\nbecame\n%+v", seed, want, got)
		}
	}
}

// FuzzRestore: whatever a checkpoint says, it is refused or can be used.
func FuzzRestore(f *testing.F) {
	run := metrics.RunInfo{RunID: "r", Start: began, Scenarios: []metrics.ScenarioInfo{{Name: "buy"}}}
	a := metrics.NewAggregator(run)
	inputs := inputsOf(rand.New(rand.NewPCG(1, 9)))
	for i, in := range inputs {
		a.Take(in)
		if i%20 == 0 {
			a.Checkpoint(func(c *metrics.Checkpoint) {
				written, err := c.MarshalBinary()
				if err != nil {
					f.Fatal(err)
				}
				f.Add(written)
			})
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var c metrics.Checkpoint
		if c.UnmarshalBinary(b) != nil {
			return
		}
		restored, err := metrics.Restore(run, &c)
		if err != nil {
			return
		}
		for _, in := range inputs[:10] {
			restored.Take(in)
		}
		restored.Finish()
		restored.Results(began.Add(time.Second))
	})
}
