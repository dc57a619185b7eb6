package merge_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/merge"
	"github.com/liveload/liveload/metrics/metricstest"
)

// A lostRun is a run that has lost one of its nodes: what its controller has, what the node has kept, and what both know together.
type lostRun struct{ controller, kept, whole merge.File }

// loses plays a run of two nodes. The controller has the snapshots of one up to a second. The one after that was sent, and
// nobody knows whether it has arrived; those that follow were not.
func loses(t *testing.T, seed uint64, reported int, arrived bool) lostRun {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 2))
	run := info(run1, began)
	run.Nodes = []string{"here", "there"}
	own := info(run1, began)
	own.Part, own.Nodes = true, []string{"there"}
	controller, whole, kept := metrics.NewAggregator(run), metrics.NewAggregator(run), metrics.NewAggregator(own)
	pieces := []*metrics.Aggregator{metrics.NewAggregator(own), metrics.NewAggregator(own)}
	snapshots := slices.Concat(recorded(r, "here", 100), recorded(r, "there", 80))
	slices.SortStableFunc(snapshots, func(a, b *metrics.Snapshot) int { return a.To.Compare(b.To) })
	var defined []*metrics.Metric
	for _, s := range snapshots {
		whole.Add(s)
		i := int(s.Seq) - 1
		if s.Node == "here" || i < reported || arrived && i == reported {
			controller.Add(s)
		}
		if s.Node == "here" {
			continue
		}
		kept.Add(s)
		if defined = append(defined, s.Metrics...); i >= reported {
			again := *s
			again.Seq, again.Metrics = int64(max(1, i-reported)), defined // it begins anew
			pieces[min(1, i-reported)].Add(&again)
		}
	}
	controller.NodeLost("there", "cut off", time.Duration(reported+30)*time.Second)
	end := began.Add(100 * time.Second)
	f := lostRun{controller: merge.File{Name: "run.json", Results: judged(t, controller, end)}, whole: merge.File{Results: judged(t, whole, end)}}
	results := kept.Results(began.Add(80 * time.Second))
	results[0].PartOf, results[0].Health.Notes = 2, []string{metrics.KeptNote("there")}
	results[0].Unacknowledged = []metrics.Piece{}
	for i, piece := range pieces[:min(2, 80-reported)] {
		results[0].Unacknowledged = append(results[0].Unacknowledged, metrics.Piece{FromMS: float64(1000 * (reported + i)), Result: piece.Results(end)[0].Global})
	}
	f.kept = merge.File{Name: "there.json", Results: reread(t, results)}
	return f
}

// TestWhatALostNodeHasKept: together with what the controller has of it, it is all that it did, and nothing counts twice.
func TestWhatALostNodeHasKept(t *testing.T) {
	for seed, reported := range []int{33, 34, 35, 1, 79} {
		for _, arrived := range []bool{false, true} {
			run := loses(t, uint64(seed), reported, arrived)
			if reported == 79 && arrived { // the controller has all of it
				if _, err := merge.Files([]merge.File{run.controller, run.kept}); err == nil || !strings.Contains(err.Error(), "there.json") {
					t.Errorf("a file without anything new was merged: %v", err)
				}
				continue
			}
			files := []merge.File{run.controller, run.kept}
			if seed%2 == 0 {
				slices.Reverse(files)
			}
			got := must(merge.Files(files))
			up := reported
			if arrived {
				up++
			}
			want := fmt.Sprintf("node there was lost after %v: cut off; what it did after %v is from there.json, so that all of it counts",
				time.Duration(reported+30)*time.Second, time.Duration(up)*time.Second)
			if notes := strings.Join(got[0].Health.Notes, "\n"); !strings.Contains(notes, want) || strings.Contains(notes, "missing") || strings.Contains(notes, "lost its controller") {
				t.Errorf("notes %q, want %q", notes, want)
			}
			if n := got[0].Nodes[1]; n.Node != "there" || n.Status != metrics.NodeLost || n.ReportedMS != 80_000 || n.Reason != "cut off" {
				t.Errorf("the node is %s, %s: %s, until %v ms", n.Node, n.Status, n.Reason, n.ReportedMS)
			}
			again := merge.File{Name: "both.json", Results: reread(t, got)}
			if _, err := merge.Files([]merge.File{again, run.kept}); err == nil || err.Error() != "cannot merge there.json: all that it has is in another of the files already; leave it out" {
				t.Errorf("merged again: %v", err)
			}
			if _, err := merge.Files([]merge.File{run.controller, run.kept, run.kept}); err == nil || !strings.Contains(err.Error(), "all that it has is in another of the files already") {
				t.Errorf("the same file twice: %v", err)
			}
			sameNumbers(t, run.whole.Results[0], got[0])
			if t.Failed() {
				t.Fatalf("%d s were reported, and the next one had arrived: %v", reported, arrived)
			}
		}
	}
}

// TestTheControllerHasDied: what a node has kept is merged into what the controller's journal had, and a gap between both is said.
func TestTheControllerHasDied(t *testing.T) {
	for _, tt := range []struct {
		gapMS float64
		says  string
	}{{0, ""}, {1500, "what node there did from 40s to 41.5s is missing: its controller died before it had that on disk"}} {
		f := loses(t, 3, 40, false)
		for i := range f.controller.Results {
			r := &f.controller.Results[i]
			r.CutShort = &metrics.CutShort{AfterMS: 100_000}
			for k := range r.Nodes {
				r.Nodes[k].Status, r.Nodes[k].Reason, r.Nodes[k].LostMS = metrics.NodeOK, "", 0
			}
			f.kept.Results[i].Unacknowledged[0].FromMS += tt.gapMS
		}
		merged, err := merge.Files([]merge.File{f.controller, f.kept})
		if err != nil {
			t.Fatal(err)
		}
		if r := merged[0]; r.CutShort == nil || slices.Contains(r.Health.Notes, tt.says) != (tt.says != "") {
			t.Errorf("with a gap of %v ms the notes are %q, cut short %v", tt.gapMS, r.Health.Notes, r.CutShort)
		}
		got, want := merged[0].Global.Counters["iterations"].Aggregate, f.whole.Results[0].Global.Counters["iterations"].Aggregate
		if got != want || want == 0 {
			t.Errorf("%d iterations were merged, of %d", got, want)
		}
	}
}

// sameNumbers compares all that can be exact: percentiles over time are bounds.
func sameNumbers(t *testing.T, want, got metrics.Result) {
	t.Helper()
	want.Global, got.Global = withoutBounds(want.Global), withoutBounds(got.Global)
	for _, samples := range []map[string][]metrics.FailureSample{want.Global.FailureSamples, got.Global.FailureSamples} {
		for _, s := range samples {
			slices.SortFunc(s, func(a, b metrics.FailureSample) int { return int(a.MonotonicTime - b.MonotonicTime) })
		}
	}
	metricstest.SameJSON(t, want.Global, got.Global)
	metricstest.SameJSON(t, want.Thresholds, got.Thresholds)
	for i, n := range want.Nodes {
		metricstest.SameJSON(t, n.Result, got.Nodes[i].Result)
	}
}

func withoutBounds(r metrics.ScenarioResult) metrics.ScenarioResult {
	plain := make(map[string]metrics.By[metrics.HistogramSeries])
	for name, by := range r.TimeSeries.Histograms {
		one := metrics.By[metrics.HistogramSeries]{Aggregate: counted(by.Aggregate), By: make(map[string]metrics.HistogramSeries)}
		for label, h := range by.By {
			one.By[label] = counted(h)
		}
		plain[name] = one
	}
	r.TimeSeries.Histograms = plain
	return r
}

func counted(h metrics.HistogramSeries) metrics.HistogramSeries {
	return metrics.HistogramSeries{Count: h.Count, Sum: h.Sum, Max: h.Max}
}

// TestOtherScenariosOfALostNode: its file has those too that had ended before, of which nothing is new.
func TestOtherScenariosOfALostNode(t *testing.T) {
	run, before := loses(t, 1, 33, false), loses(t, 2, 33, false).kept.Results[0]
	before.Name, before.Unacknowledged = "browse", []metrics.Piece{}
	its := before
	its.Unacknowledged = nil
	its.PartOf = 0
	run.controller.Results = append(run.controller.Results, its)
	run.kept.Results = append(run.kept.Results, before)
	got := must(merge.Files([]merge.File{run.controller, run.kept}))
	if len(got) != 2 || len(got[1].Nodes) != 1 {
		t.Fatalf("%d Results, the other scenario on %d nodes", len(got), len(got[1].Nodes))
	}
	metricstest.SameJSON(t, its.Global.Counters, got[1].Global.Counters)
}
