package merge_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/merge"
	"github.com/liveload/liveload/metrics/metricstest"
)

// result is the Result of a run on one node, with one iteration in each of so many seconds.
func result(t *testing.T, run, node string, start time.Time, seconds int, change ...func(*metrics.Result)) merge.File {
	t.Helper()
	agg, recorder := metrics.NewAggregator(info(run, start)), metrics.NewRecorder(node, start, metrics.NewRegistry())
	recorder.Scope("buy").UserStarted()
	for second := range seconds {
		recorder.Scope("buy").Add(metrics.Iterations, metrics.Iterations.With("ok"), 1)
		if second == seconds-1 {
			recorder.Scope("buy").UserEnded(false)
		}
		agg.Add(recorder.Snapshot(start.Add(time.Duration(second+1) * time.Second)))
	}
	results := agg.Results(start.Add(time.Duration(seconds) * time.Second))
	for _, c := range change {
		c(&results[0])
	}
	return merge.File{Name: node + ".json", Results: reread(t, results)}
}

func TestRunsOfTheSameTimeGoByTheClock(t *testing.T) {
	a, b := result(t, run1, "a", began, 20), result(t, run2, "b", began.Add(9*time.Second), 20)
	b.Results[0].Changes = []metrics.Change{{OffsetMS: 1000, What: metrics.Paused}}
	r := must(merge.Files([]merge.File{a, b}))[0]
	metricstest.SameJSON(t, []int64{5, 5, 10, 10, 5, 5}, r.Global.TimeSeries.Counters[metrics.Iterations.Name].Aggregate)
	metricstest.SameJSON(t, []int{1, 1, 2, 2, 1, 1}, r.Global.TimeSeries.NodeCount)
	metricstest.SameJSON(t, []int64{0, 0, 5, 5, 5, 5}, r.Nodes[1].Result.TimeSeries.Counters[metrics.Iterations.Name].Aggregate)
	if r.Global.ElapsedMS != 29_000 || !r.GeneratedAt.Equal(began.Add(29*time.Second)) || r.Changes[0].OffsetMS != 10_000 {
		t.Errorf("elapsed %d ms until %v, changes %v", r.Global.ElapsedMS, r.GeneratedAt, r.Changes)
	}
	if r.RunID == run1 || r.RunID == run2 || r.Nodes[0].RunID != run1 || r.Nodes[1].RunID != run2 {
		t.Errorf("the run %s has nodes of %s and %s", r.RunID, r.Nodes[0].RunID, r.Nodes[1].RunID)
	}
}

func TestRunsOfDifferentTimesBeginTogether(t *testing.T) {
	a := result(t, run1, "a", began, 10, func(r *metrics.Result) { r.Health.Notes = []string{"interrupted"} })
	b := result(t, run2, "a", began.Add(time.Hour), 20, func(r *metrics.Result) {
		r.Options, r.Labels = map[string]any{"users": 5}, map[string]string{"git": "def456", "host": "b"}
	})
	b.Name = "b.json"
	r := must(merge.Files([]merge.File{a, b}))[0]
	metricstest.SameJSON(t, []int64{10, 10, 5, 5}, r.Global.TimeSeries.Counters[metrics.Iterations.Name].Aggregate)
	metricstest.SameJSON(t, map[string]string{"git": "abc123, def456", "host": "b"}, r.Labels)
	metricstest.SameJSON(t, []string{
		"a.json: interrupted",
		"merged from 2 runs of different times: the time series has them as if they had begun together",
		"left out of the options, since they differ: users",
	}, r.Health.Notes)
	if again := must(merge.Files([]merge.File{{Name: "r", Results: []metrics.Result{r}}, result(t, run1, "c", began, 5)}))[0]; len(again.Nodes) != 3 {
		t.Errorf("merged again there are the nodes %v", again.Nodes)
	}
}

// TestMissingParts: a Result says which parts of its run it lacks, until they are there.
func TestMissingParts(t *testing.T) {
	part := func(node string) merge.File {
		return result(t, run1, node, began, 10, func(r *metrics.Result) { r.PartOf = 3 })
	}
	r := must(merge.Files([]merge.File{part("a"), part("b")}))[0]
	metricstest.SameJSON(t, []string{"only the parts of 2 of the run's 3 nodes are here"}, r.Health.Notes)
	if r.PartOf != 3 {
		t.Errorf("it is part of %d nodes, want 3", r.PartOf)
	}
	r = must(merge.Files([]merge.File{{Name: "ab.json", Results: []metrics.Result{r}}, part("c")}))[0]
	if r.PartOf != 0 || r.Health.Notes != nil || r.Global.Counters[metrics.Iterations.Name].Aggregate != 30 {
		t.Errorf("the whole run is part of %d, with notes %q", r.PartOf, r.Health.Notes)
	}
}

// TestMoreLabelsThanARunKeeps: those with the most samples stay, and nothing is lost.
func TestMoreLabelsThanARunKeeps(t *testing.T) {
	var files []merge.File
	for n := range 3 {
		node := fmt.Sprint("node", n)
		recorder, agg := metrics.NewRecorder(node, began, metrics.NewRegistry()), metrics.NewAggregator(info(run1, began))
		for i := range 150 {
			recorder.Scope("buy").Add(metrics.Checks, metrics.Checks.With(fmt.Sprint(node, " check ", i), "pass"), int64(1+i))
			recorder.Scope("buy").Observe(metrics.StepDuration, metrics.StepDuration.With(fmt.Sprint(node, " step ", i)), 1)
		}
		agg.Add(recorder.Snapshot(began.Add(time.Second)))
		files = append(files, merge.File{Name: node, Results: agg.Results(began.Add(time.Second))})
	}
	g := must(merge.Files(files))[0].Global
	checks, steps := g.Counters[metrics.Checks.Name], g.Histograms[metrics.StepDuration.Name]
	total := int64(0)
	for _, s := range checks.Series {
		total += s.Value
	}
	other := metricstest.With(checks, metrics.Checks.With(metrics.OtherLabel, "pass"))
	if want := int64(3 * 150 * 151 / 2); checks.Aggregate != want || total != want || len(checks.Series) != 201 || other == 0 || checks.By["other"] != other {
		t.Errorf("%d checks, %d in %d sets of labels, %d of them other; want %d", checks.Aggregate, total, len(checks.Series), other, want)
	}
	if len(steps.By) != 201 || steps.By["other"].Count != 250 {
		t.Errorf("%d steps, other %d; want 201 and 250", len(steps.By), steps.By["other"].Count)
	}
	if over := g.TimeSeries.Counters[metrics.Checks.Name]; len(over.By) != 11 || over.Aggregate[0] != total {
		t.Errorf("over time there are %d labels and %d checks", len(over.By), over.Aggregate[0])
	}
}

func TestMergeRefuses(t *testing.T) {
	defines := func(unit string) func(*metrics.Result) {
		return func(r *metrics.Result) {
			m := metrics.CustomTrend("cart")
			m.Unit = unit
			r.Metrics = []*metrics.Metric{&m}
		}
	}
	searches := func(r *metrics.Result) { r.Limit = &metrics.Limit{Of: metrics.LimitOfUsers} }
	old := func(r *metrics.Result) { r.Format = 0 }
	lost := func(r *metrics.Result) { r.Nodes[0].Status = metrics.NodeLost }
	odd := func(r *metrics.Result) { r.BucketWidthMS = 7000 }
	for _, tt := range []struct {
		name string
		a, b merge.File
		want string
	}{
		{"the same part twice", result(t, run1, "a", began, 5), result(t, run1, "a", began, 5), "cannot merge a.json: what node a measured in buy of run " + run1 + " would count twice; leave one of them out"},
		{"a lost node that kept its part", result(t, run1, "a", began, 5, lost), result(t, run1, "a", began, 9), "would count twice: one has it until the node was lost, the other has all of it; leave one of them out"},
		{"other units", result(t, run1, "a", began, 5, defines("items")), result(t, run1, "b", began, 5, defines("bytes")), "a.json and b.json: cart is a histogram in items in one and a histogram in bytes in the other"},
		{"two searches", result(t, run1, "a", began, 5, searches), result(t, run2, "b", began, 5, searches), "a.json and b.json: each searched for the largest load that buy holds"},
		{"an older format", result(t, run1, "a", began, 5), result(t, run1, "b", began, 5, old), "cannot merge b.json: liveload 1.2.3 wrote it in format 0"},
		{"odd buckets", result(t, run1, "a", began, 5), result(t, run1, "b", began, 5, odd), "cannot merge a.json: its time series has buckets of 5000 ms, which do not fit into those of 7000 ms"},
	} {
		if _, err := merge.Files([]merge.File{tt.a, tt.b}); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
		}
	}
}

// TestWhatCouldNotRun: a scenario that one node could not run counts with the others.
func TestWhatCouldNotRun(t *testing.T) {
	failed := merge.File{Name: "b.json", Results: []metrics.Result{{Name: "buy", Error: "no browser"}}}
	r := must(merge.Files([]merge.File{result(t, run1, "a", began, 5), failed}))[0]
	metricstest.SameJSON(t, []string{"b.json: could not run: no browser"}, r.Health.Notes)
	r = must(merge.Files([]merge.File{failed, failed}))[0]
	if r.Error != "b.json: could not run: no browser; b.json: could not run: no browser" {
		t.Errorf("the error is %q", r.Error)
	}
}

// smallResult is a Result file of one iteration, without its quantile points: the fuzzer gets nowhere with large ones.
const smallResult = `[{"name":"buy","run_id":"7c9e","generated_at":"2026-08-01T12:00:05Z","format":1,"bucket_width_ms":5000,"quantile_points":[],"global":{"elapsed_ms":5000,
"histograms":{"step_duration_us":{"aggregate":{"count":1,"sum":50,"sketch":"oAKEAAAAAAAASUCIAAAAAAAASUCMAAAAAAAASUAC/UqBWr9S8D8AAAAAAAAAAAUBhgMC"}}},
"counters":{"iterations":{"aggregate":1,"by":{"ok":1}}},"time_series":{"active_users":[1],"counters":{"iterations":{"aggregate":[1]}}}},
"nodes":[{"node":"a","status":"ok","result":{"elapsed_ms":5000,"counters":{"iterations":{"aggregate":1}},"time_series":{"active_users":[1]}}}]}]`

// keptResult is what the node of smallResult has kept: a second iteration that its controller may not have.
var keptResult = strings.TrimSuffix(smallResult, "}]") + `,"part_of":1,"unacknowledged":[{"from_ms":5000,"result":{"elapsed_ms":6000,"counters":{"iterations":{"aggregate":1,"by":{"ok":1}}},
"time_series":{"active_users":[1,0],"counters":{"iterations":{"aggregate":[0,1]}}}}}]}]`

// FuzzFiles: whatever can be read can be merged or is refused, and what is merged can be read.
func FuzzFiles(f *testing.F) {
	points, err := json.Marshal(must(metrics.ReadResults(bytes.NewReader(must(os.ReadFile("../testdata/result.json")))))[0].QuantilePoints)
	if err != nil {
		f.Fatal(err)
	}
	read := func(file string) ([]metrics.Result, error) {
		return metrics.ReadResults(strings.NewReader(strings.ReplaceAll(file, `"quantile_points":[]`, `"quantile_points":`+string(points))))
	}
	for _, other := range []string{keptResult, strings.ReplaceAll(smallResult, `"node":"a"`, `"node":"b"`), strings.ReplaceAll(smallResult, "7c9e", "8c9e")} {
		must(merge.Files([]merge.File{{Name: "a", Results: must(read(smallResult))}, {Name: "b", Results: must(read(other))}}))
		f.Add(smallResult, other)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		one, err := read(a)
		if err != nil {
			return
		}
		two, err := read(b)
		if err != nil {
			return
		}
		merged, err := merge.Files([]merge.File{{Name: "a", Results: one}, {Name: "b", Results: two}})
		if err == nil {
			reread(t, merged)
		}
	})
}
