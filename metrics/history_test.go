package metrics_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/metricstest"
)

// historyOf is a history of a run of newRun.
func historyOf(scenarios ...string) *metrics.History {
	run := metrics.RunInfo{RunID: "7c9e6679-7425-40de-944b-e07fc1f90ae7", Start: began, Version: "1.2.3", Labels: map[string]string{"git": "abc123"}}
	for _, name := range scenarios {
		run.Scenarios = append(run.Scenarios, metrics.ScenarioInfo{Name: name, Users: 3, Duration: 20 * time.Second, Options: map[string]any{"users": 3}})
	}
	return metrics.NewHistory(run)
}

// sameResult compares what a history has with the Result of the aggregator, but for the parts of nodes.
func sameResult(t *testing.T, got, want metrics.Result) {
	t.Helper()
	got.Nodes, want.Nodes = nil, nil
	metricstest.SameJSON(t, got, want)
}

// TestHistoryIsTheResult: with late snapshots, many labels and buckets that double in width, and however often somebody looks
// meanwhile, a history ends with the numbers of the Result. What has not changed since the last look is told exactly.
func TestHistoryIsTheResult(t *testing.T) {
	for seed := range uint64(4) {
		run := newRandomRun(seed)
		agg, history, random := newRun("buy"), historyOf("buy"), rand.New(rand.NewPCG(seed, 3))
		var seen *metrics.Progress
		look := func() metrics.Progress {
			progress := history.Results()[0]
			if seen != nil && seen.BucketWidthMS == progress.BucketWidthMS {
				checkUnchanged(t, *seen, progress)
			}
			copied := progress
			copied.Global.TimeSeries = clonedSeries(progress.Global.TimeSeries)
			seen = &copied
			return progress
		}
		take := func(intervals []*metrics.Interval) {
			for _, i := range intervals {
				if history.Add(i); random.IntN(20) == 0 {
					look()
				}
			}
		}
		slices.SortStableFunc(run.snapshots, func(a, b *metrics.Snapshot) int { return a.To.Compare(b.To) })
		for few := range slices.Chunk(run.snapshots, 2) {
			random.Shuffle(len(few), func(i, j int) { few[i], few[j] = few[j], few[i] })
			for _, s := range few {
				take(agg.Add(s))
			}
		}
		take(agg.Finish())
		sameResult(t, look().Result, agg.Results(began.Add(history.Latest().Elapsed))[0])
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// checkUnchanged compares the buckets before Since with those that were there.
func checkUnchanged(t *testing.T, before, now metrics.Progress) {
	t.Helper()
	was, is := before.Global.TimeSeries, now.Global.TimeSeries
	if !slices.Equal(was.ActiveUsers[:now.Since], is.ActiveUsers[:now.Since]) {
		t.Errorf("users before bucket %d have changed", now.Since)
	}
	for metric, one := range is.Counters {
		for label, column := range one.By {
			if old, known := was.Counters[metric].By[label]; known && !slices.Equal(old[:now.Since], column[:now.Since]) {
				t.Errorf("%s of %s before bucket %d have changed", label, metric, now.Since)
			}
		}
	}
	for metric, one := range is.Histograms {
		if old := was.Histograms[metric].Aggregate; old.Sum != nil && !slices.Equal(old.P95[:now.Since], one.Aggregate.P95[:now.Since]) {
			t.Errorf("%s before bucket %d has changed", metric, now.Since)
		}
	}
}

func clonedSeries(s metrics.TimeSeries) metrics.TimeSeries {
	clone := metrics.TimeSeries{ActiveUsers: slices.Clone(s.ActiveUsers), Counters: map[string]metrics.By[[]int64]{}, Histograms: map[string]metrics.By[metrics.HistogramSeries]{}}
	for metric, one := range s.Counters {
		by := metrics.By[[]int64]{By: map[string][]int64{}}
		for label, column := range one.By {
			by.By[label] = slices.Clone(column)
		}
		clone.Counters[metric] = by
	}
	for metric, one := range s.Histograms {
		clone.Histograms[metric] = metrics.By[metrics.HistogramSeries]{Aggregate: metrics.HistogramSeries{Sum: one.Aggregate.Sum, P95: slices.Clone(one.Aggregate.P95)}}
	}
	return clone
}

// TestHistoryOfALostNode has its failures and users too.
func TestHistoryOfALostNode(t *testing.T) {
	agg, history := newRun("buy"), historyOf("buy")
	a, b := newNode("a", agg), newNode("b", agg)
	take := func(intervals []*metrics.Interval) {
		for _, i := range intervals {
			history.Add(i)
		}
	}
	for second := range 9 {
		for k, n := range []*node{a, b} {
			if second == 0 {
				n.Scope("buy").UserStarted()
			}
			if k == 1 && second > 5 {
				continue
			}
			n.Scope("buy").Failure(metrics.FailureSample{Class: "timeout", Kind: "error", ReasonInspect: fmt.Sprint("no #buy ", second)})
			n.Scope("buy").Add(metrics.IterationFailures, metrics.IterationFailures.With("timeout"), 1)
			n.Scope(metrics.NodeScope).Observe(metrics.GeneratorCPUPercent, metrics.GeneratorCPUPercent.With(fmt.Sprint(k)), 50)
			take(agg.Add(n.Snapshot(n.start.Add(time.Duration(second+1) * time.Second))))
		}
	}
	take(agg.NodeLost("b", "no snapshot", 9*time.Second))
	take(agg.Finish())
	progress := history.Results()[0]
	sameResult(t, progress.Result, agg.Results(began.Add(9 * time.Second))[0])
	if series := progress.Global.TimeSeries; len(progress.Global.FailureSamples["timeout"]) != metrics.MaxFailureSamples || series.ActiveUsers[1] != 1 || series.NodeCount[0] != 2 {
		t.Errorf("%d samples, users %v, nodes %v", len(progress.Global.FailureSamples["timeout"]), series.ActiveUsers, series.NodeCount)
	}
	if nodes := progress.Nodes; len(nodes) != 2 || nodes[0].Status != metrics.NodeOK || nodes[1].Node != "b" || nodes[1].Status != metrics.NodeLost {
		t.Errorf("nodes %+v", nodes)
	}
}

// TestHistoryOfSeveralBatches keeps the scenarios that ran before.
func TestHistoryOfSeveralBatches(t *testing.T) {
	history := historyOf("buy", "sell")
	if history.Results() != nil || history.Latest() != nil {
		t.Error("a run that has not begun has Results")
	}
	play := func(name string, start time.Time, n int64) metrics.Result {
		agg := metrics.NewAggregator(metrics.RunInfo{RunID: "7c9e6679-7425-40de-944b-e07fc1f90ae7", Start: start, Version: "1.2.3", Labels: map[string]string{"git": "abc123"},
			Scenarios: []metrics.ScenarioInfo{{Name: name, Users: 3, Duration: 20 * time.Second, Options: map[string]any{"users": 3}}}})
		node := newNode("a", agg)
		node.Scope(name).Add(metrics.Iterations, metrics.Iterations.With("ok"), n)
		for _, i := range append(agg.Add(node.Snapshot(node.start.Add(time.Second))), agg.Finish()...) {
			history.Add(i)
		}
		return agg.Results(start.Add(time.Second))[0]
	}
	first := play("buy", began, 3)
	second := play("sell", began.Add(time.Minute), 5)
	results := history.Results()
	if len(results) != 2 || results[0].Since != 0 {
		t.Fatalf("%d Results, the first is new since %d", len(results), results[0].Since)
	}
	sameResult(t, results[0].Result, first)
	sameResult(t, results[1].Result, second)
	if again := history.Results(); again[0].Since != 1 || again[1].Since != 1 {
		t.Errorf("nothing is new, but buckets since %d and %d", again[0].Since, again[1].Since)
	}
}
