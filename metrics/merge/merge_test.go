package merge_test

import (
	"bytes"
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/merge"
	"github.com/liveload/liveload/metrics/metricstest"
	"github.com/liveload/liveload/metrics/threshold"
)

var began = time.Date(2026, 8, 1, 12, 0, 0, 0, time.UTC)

const run1, run2 = "7c9e6679-7425-40de-944b-e07fc1f90ae7", "16fd2706-8baf-433b-82eb-8c7fada847da"

func info(run string, start time.Time) metrics.RunInfo {
	return metrics.RunInfo{
		RunID: run, Start: start, Version: "1.2.3", Labels: map[string]string{"git": "abc123"},
		Scenarios: []metrics.ScenarioInfo{{Name: "buy", Users: 3, Duration: 20 * time.Second, Options: map[string]any{"users": 3}}},
	}
}

// A whole is one run, with its parts.
type whole struct {
	all   *metrics.Aggregator
	parts []*metrics.Aggregator
	end   time.Time
	ends  []time.Time // of the parts
}

// play lets nodes record at random. Each is in one of the parts, and all are in the whole run. A node ends with a bucket: which
// value of a gauge was the last one in a bucket is known to the second in a run, and to the bucket in a Result.
func play(seed uint64, longest int, part bool) *whole {
	r := rand.New(rand.NewPCG(seed, 1))
	w := &whole{ends: make([]time.Time, 1+r.IntN(4))}
	var snapshots []*metrics.Snapshot
	run, parts := info(run1, began), slices.Repeat([]metrics.RunInfo{info(run1, began)}, len(w.ends))
	for k := range parts {
		parts[k].Part = part
	}
	in := make(map[string]int)
	for n := range len(parts) + r.IntN(4) {
		name, k := fmt.Sprint("node", n), n%len(parts)
		in[name], run.Nodes, parts[k].Nodes = k, append(run.Nodes, name), append(parts[k].Nodes, name)
		snapshots = append(snapshots, recorded(r, name, 20*(1+r.IntN(longest/20)))...)
	}
	w.all = metrics.NewAggregator(run)
	for _, info := range parts {
		w.parts = append(w.parts, metrics.NewAggregator(info))
	}
	slices.SortStableFunc(snapshots, func(a, b *metrics.Snapshot) int { return a.To.Compare(b.To) })
	for _, s := range snapshots {
		w.all.Add(s)
		w.parts[in[s.Node]].Add(s)
		w.end, w.ends[in[s.Node]] = s.To, s.To
	}
	return w
}

// recorded returns the snapshots of a node.
func recorded(r *rand.Rand, name string, last int) (snapshots []*metrics.Snapshot) {
	registry := metrics.NewRegistry()
	parcels := metrics.CustomTrend("parcels")
	parcels.Unit = "parcels"
	custom, gauge := must(registry.Custom(parcels)), must(registry.Custom(metrics.CustomGauge("stock")))
	recorder := metrics.NewRecorder(name, began, registry)
	s, users := recorder.Scope("buy"), 1+r.IntN(5)
	for range users {
		s.UserStarted()
	}
	for second := 1; second <= last; second++ {
		for range r.IntN(4) {
			outcome := []string{"ok", "failed"}[r.IntN(2)]
			s.Observe(metrics.LiveViewEventDuration, metrics.LiveViewEventDuration.With(fmt.Sprint("action", r.IntN(4)), "/"+outcome), float64(r.IntN(1_000_000)))
			s.Observe(metrics.StepDuration, metrics.StepDuration.With([]string{"", "pay"}[r.IntN(2)]), float64(r.IntN(1000)))
			s.Observe(custom, metrics.LabelsOf("size", fmt.Sprint(r.IntN(3))), float64(r.IntN(10)))
			s.Add(metrics.Iterations, metrics.Iterations.With(outcome), int64(1+r.IntN(3)))
		}
		s.SetGauge(gauge, metrics.Labels{}, float64(r.IntN(50)))
		recorder.Scope(metrics.NodeScope).Observe(metrics.GeneratorCPUPercent, metrics.GeneratorCPUPercent.With(name), float64(60+r.IntN(40)))
		if second == last {
			s.Failure(metrics.FailureSample{Class: "timeout", Kind: "error", ReasonInspect: name, MonotonicTime: int64(r.IntN(1e9))})
			for range users {
				s.UserEnded(r.IntN(2) == 0)
			}
		}
		snapshots = append(snapshots, recorder.Snapshot(began.Add(time.Duration(second)*time.Second)))
		snapshots[len(snapshots)-1].Last = second == last
	}
	return snapshots
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

var promised = []threshold.Spec{
	{Metric: "iterations", Expression: "rate>1"}, {Metric: "liveview_event_duration_us{page:/ok}", Expression: "p(95)<900ms"},
	{Metric: "step_duration_us", Expression: "count>10"}, {Metric: "step_duration_us{step:pay}", Expression: "avg<400us"},
	{Metric: "parcels{size:1}", Expression: "max<9"}, {Metric: "stock", Expression: "value<40"}, {Metric: "checks", Expression: "rate>0.9"},
	{Metric: "liveview_event_duration_us", Expression: "med<1s", Optional: true},
}

// judged returns the Results of a run at its end, with its thresholds.
func judged(t *testing.T, a *metrics.Aggregator, end time.Time) []metrics.Result {
	t.Helper()
	known := metrics.NewRegistry()
	last := a.Finish()
	for _, m := range last[len(last)-1].Metrics {
		_, _ = known.Register(*m)
	}
	tracker := threshold.NewTracker(must(threshold.CompileAll(promised, "buy", known)))
	tracker.Finish(last[len(last)-1].Scenario("buy").State)
	results := a.Results(end)
	results[0].Thresholds = tracker.Outcomes()
	return reread(t, results)
}

// reread writes and reads Results as files do.
func reread(t *testing.T, results []metrics.Result) []metrics.Result {
	t.Helper()
	var file bytes.Buffer
	if err := metrics.WriteResults(&file, results); err != nil {
		t.Fatal(err)
	}
	return must(metrics.ReadResults(&file))
}

// TestPartsAreTheWhole: what is merged of the Results of parts is the Result of the whole run.
func TestPartsAreTheWhole(t *testing.T) {
	widths := make(map[int64]bool)
	for seed := range uint64(12) {
		longest := 100
		if seed == 3 {
			longest = 7000 // parts with buckets of different width
		}
		w := play(seed, longest, true)
		var files []merge.File
		for k, part := range w.parts {
			files = append(files, merge.File{Name: fmt.Sprint(k, ".json"), Results: judged(t, part, w.ends[k])})
		}
		for _, f := range files {
			widths[f.Results[0].BucketWidthMS] = true
		}
		want, got := judged(t, w.all, w.end), must(merge.Files(files))
		for _, results := range [][]metrics.Result{want, got} {
			comparable(&results[0], longest > 100)
		}
		metricstest.SameJSON(t, want, reread(t, got))
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
	if len(widths) < 2 {
		t.Errorf("all parts have buckets of the same width: %v", widths)
	}
}

// TestWithoutSketches: of Results that are no parts, counts, sums and largest values over time are exact, and percentiles are
// bounds, as a note says.
func TestWithoutSketches(t *testing.T) {
	w := play(5, 100, false)
	var files []merge.File
	for k, part := range w.parts {
		files = append(files, merge.File{Name: fmt.Sprint(k, ".json"), Results: judged(t, part, w.ends[k])})
	}
	want, got := judged(t, w.all, w.end)[0], must(merge.Files(files))[0]
	if notes := strings.Join(got.Health.Notes, "\n"); len(files) < 2 || !strings.Contains(notes, "upper bounds") {
		t.Errorf("%d files, notes %s", len(files), notes)
	}
	compared := 0
	for name, by := range want.Global.TimeSeries.Histograms {
		exact, bound := by.Aggregate, got.Global.TimeSeries.Histograms[name].Aggregate
		if !slices.Equal(exact.Count, bound.Count) || !slices.Equal(exact.Max, bound.Max) {
			t.Errorf("%s: counts %v, %v; largest values %v, %v", name, exact.Count, bound.Count, exact.Max, bound.Max)
		}
		for i := range exact.P95 {
			compared++
			if bound.P50[i] < exact.P50[i] || bound.P95[i] < exact.P95[i] || bound.P99[i] < exact.P99[i] || bound.P99[i] > exact.Max[i] {
				t.Errorf("%s in bucket %d: p50 %v, p95 %v, p99 %v are no bounds of %v, %v, %v", name, i, bound.P50[i], bound.P95[i], bound.P99[i], exact.P50[i], exact.P95[i], exact.P99[i])
			}
		}
	}
	if compared == 0 {
		t.Error("nothing was compared")
	}
}

// comparable takes away what may differ: the order of failures and health, and percentiles of a node over time whose buckets
// have become wider, for which a Result has only bounds.
func comparable(r *metrics.Result, wide bool) {
	slices.Sort(r.Health.Reasons)
	slices.Sort(r.Health.Notes)
	r.Health.Notes = slices.DeleteFunc(r.Health.Notes, func(note string) bool { // a part knows its own nodes only
		return strings.HasPrefix(note, "saturated, while")
	})
	for _, samples := range r.Global.FailureSamples {
		slices.SortFunc(samples, func(a, b metrics.FailureSample) int { return cmp.Compare(a.MonotonicTime, b.MonotonicTime) })
	}
	if !wide {
		return
	}
	for _, n := range r.Nodes {
		for name, by := range n.Result.TimeSeries.Histograms {
			h := &by.Aggregate
			for _, column := range []*[]float64{&h.P50, &h.P90, &h.P95, &h.P99} {
				clear(*column)
			}
			n.Result.TimeSeries.Histograms[name] = by
		}
	}
}
