package metrics_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/metricstest"
)

// A randomRun plays snapshots of several nodes at random times of a run.
type randomRun struct {
	snapshots []*metrics.Snapshot
	started   int64
	end       time.Duration
}

func newRandomRun(seed uint64) *randomRun {
	r := rand.New(rand.NewPCG(seed, 1))
	run := &randomRun{}
	longest := 1 + r.IntN(20_000) // seconds
	for n := range 1 + r.IntN(4) {
		node := newNode(fmt.Sprint(n), nil)
		for second := r.IntN(10); second < longest; second += 1 + r.IntN(100) {
			s := node.Scope("buy")
			for range r.IntN(8) {
				label := fmt.Sprint("label ", int(r.ExpFloat64()*8)) // some 40, of which few are frequent
				s.Observe(metrics.ActionDuration, metrics.ActionDuration.With(label), float64(r.IntN(1_000_000)))
				s.Add(metrics.Iterations, metrics.Iterations.With(label), int64(r.IntN(5)))
			}
			s.UserStarted()
			run.started++
			at := time.Duration(second+1) * time.Second
			run.snapshots = append(run.snapshots, node.Snapshot(node.start.Add(at)))
			run.end = max(run.end, at)
		}
	}
	return run
}

func (r *randomRun) result(snapshots []*metrics.Snapshot) metrics.ScenarioResult {
	agg := newRun("buy")
	for _, s := range snapshots {
		agg.Add(s)
	}
	return agg.Results(began.Add(r.end))[0].Global
}

// TestTimeSeriesHoldsEverything: whatever the length of a run and the order of its snapshots, the buckets add up to
// the totals, and they do not become more.
func TestTimeSeriesHoldsEverything(t *testing.T) {
	for seed := range uint64(6) {
		run := newRandomRun(seed)
		inOrder := run.result(run.snapshots)
		shuffled := slices.Clone(run.snapshots)
		rand.New(rand.NewPCG(seed, 2)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		late := run.result(shuffled)
		for _, r := range []metrics.ScenarioResult{inOrder, late} {
			checkSums(t, r)
			if n := len(r.TimeSeries.ActiveUsers); n > 720 || r.DurationMS < run.end.Milliseconds() || r.TimeSeries.ActiveUsers[n-1] != run.started {
				t.Errorf("seed %d: %d buckets of %d ms for %s, %d users at the end of %d", seed, n, r.DurationMS, run.end, r.TimeSeries.ActiveUsers[n-1], run.started)
			}
		}
		metricstest.SameJSON(t, inOrder.TimeSeries.Histograms[metrics.ActionDuration.Name].Aggregate, late.TimeSeries.Histograms[metrics.ActionDuration.Name].Aggregate)
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// checkSums compares the buckets with the totals, and labels with their aggregate.
func checkSums(t *testing.T, r metrics.ScenarioResult) {
	t.Helper()
	for name, total := range r.Histograms {
		s := r.TimeSeries.Histograms[name]
		labels := slices.Collect(maps.Values(s.By))
		if n := sum(s.Aggregate.Count); n != total.Aggregate.Count {
			t.Errorf("%s: the buckets have %d values, the totals %d", name, n, total.Aggregate.Count)
		}
		if got := sum(s.Aggregate.Sum); got != total.Aggregate.Sum {
			t.Errorf("%s: the buckets add up to %v, the totals to %v", name, got, total.Aggregate.Sum)
		}
		if got := slices.Max(s.Aggregate.Max); got != total.Aggregate.Percentile(100) {
			t.Errorf("%s: the largest of the buckets is %v, of the totals %v", name, got, total.Aggregate.Percentile(100))
		}
		for i, n := range s.Aggregate.Count {
			for _, by := range labels {
				n -= by.Count[i]
			}
			if n != 0 {
				t.Errorf("%s: %d values of bucket %d have no label", name, n, i)
			}
		}
		if len(labels) > 11 {
			t.Errorf("%s has %d labels over time, want ten and other", name, len(labels))
		}
	}
	for name, total := range r.Counters {
		s := r.TimeSeries.Counters[name]
		var labels int64
		for _, by := range s.By {
			labels += sum(by)
		}
		if n := sum(s.Aggregate); n != total.Aggregate || labels != n {
			t.Errorf("%s: the buckets count %d, their labels %d, the totals %d", name, n, labels, total.Aggregate)
		}
	}
}

func sum[T int64 | float64](column []T) (all T) {
	for _, v := range column {
		all += v
	}
	return all
}

// TestTimeSeriesKeepsFrequentLabels: the first ten labels are kept until another has twice the samples of the
// smallest.
func TestTimeSeriesKeepsFrequentLabels(t *testing.T) {
	agg := newRun("buy")
	n := newNode("a", agg)
	for i := range 10 {
		n.Scope("buy").Add(metrics.LiveViewEvents, metrics.LiveViewEvents.With(fmt.Sprint(i)), int64(10+i))
	}
	n.report(time.Second)
	for second := range 3 {
		n.Scope("buy").Add(metrics.LiveViewEvents, metrics.LiveViewEvents.With("late"), 7)
		n.report(time.Duration(6+5*second) * time.Second)
	}
	g := agg.Results(began.Add(16 * time.Second))[0].Global
	by := g.TimeSeries.Counters[metrics.LiveViewEvents.Name].By
	metricstest.SameJSON(t, []int64{17, 7, 0, 0}, by["other"])
	metricstest.SameJSON(t, []int64{0, 0, 7, 0}, by["late"])
	metricstest.SameJSON(t, []int64{11, 0, 0, 0}, by["1"])
	if total := g.Counters[metrics.LiveViewEvents.Name].By; len(by) != 11 || len(total) != 11 || total["late"] != 21 {
		t.Errorf("%d labels over time, %v in all", len(by), total)
	}
}

// TestTimeSeriesOfNode: a node has the series that tell it from others, without labels, and all totals.
func TestTimeSeriesOfNode(t *testing.T) {
	r := twoNodes().Results(began.Add(18 * time.Second))[0].Nodes[0].Result
	s := r.TimeSeries
	metricstest.SameJSON(t, []int64{2, 0, 0, 0}, s.ActiveUsers)
	metricstest.SameJSON(t, metrics.By[[]int64]{Aggregate: []int64{3, 1, 0, 0}, By: map[string][]int64{}}, s.Counters["iterations"])
	if h := s.Histograms["liveview_event_duration_us"]; s.NodeCount != nil || len(h.By) != 0 || sum(h.Aggregate.Count) != 3 {
		t.Errorf("nodes %v, events %+v", s.NodeCount, h)
	}
	if total := r.Histograms["liveview_event_duration_us"]; len(total.By) != 1 || total.Series != nil {
		t.Errorf("the totals of a node are %+v, want those by the first label only", total)
	}
}
