package metrics_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/metricstest"
)

var began = time.Date(2026, 8, 1, 12, 0, 0, 0, time.UTC)

func newRun(scenarios ...string) *metrics.Aggregator {
	run := metrics.RunInfo{
		RunID:   "7c9e6679-7425-40de-944b-e07fc1f90ae7",
		Start:   began,
		Version: "1.2.3",
		Labels:  map[string]string{"git": "abc123"},
	}
	for _, name := range scenarios {
		run.Scenarios = append(run.Scenarios, metrics.ScenarioInfo{Name: name, Users: 3, Duration: 20 * time.Second, Options: map[string]any{"users": 3}})
	}
	return metrics.NewAggregator(run)
}

// A node records with its own clock, an hour off, and hands its snapshots to the aggregator.
type node struct {
	*metrics.Recorder
	into  *metrics.Aggregator
	start time.Time
	told  []*metrics.Interval
}

func newNode(name string, into *metrics.Aggregator) *node {
	start := began.Add(time.Hour)
	return &node{Recorder: metrics.NewRecorder(name, start, metrics.NewRegistry()), into: into, start: start}
}

func (n *node) report(at time.Duration) {
	n.told = append(n.told, n.into.Add(n.Snapshot(n.start.Add(at)))...)
}

// state is where a scenario stands in the newest interval.
func (n *node) state(t *testing.T, scenario string) *metrics.State {
	t.Helper()
	if len(n.told) == 0 {
		t.Fatal("no interval is due")
	}
	return n.told[len(n.told)-1].Scenario(scenario).State
}

func observe(s *metrics.Scope, m *metrics.Metric, label string, values ...float64) {
	for _, v := range values {
		s.Observe(m, m.With(label), v)
	}
}

// twoNodes plays a short run on two nodes; one is lost after six seconds.
func twoNodes() *metrics.Aggregator {
	agg := newRun("buy")
	a, b := newNode("a", agg), newNode("b", agg)
	a.Scope("buy").UserStarted()
	a.Scope("buy").UserStarted()
	b.Scope("buy").UserStarted()
	observe(a.Scope("buy"), metrics.LiveViewEventDuration, "inc", 1000, 2000, 3000)
	observe(b.Scope("buy"), metrics.LiveViewEventDuration, "inc", 4000)
	observe(b.Scope("buy"), metrics.LiveViewEventDuration, "dec", 80_000)
	a.Scope("buy").Add(metrics.Iterations, metrics.Iterations.With("ok"), 3)
	a.report(time.Second)
	b.report(time.Second)
	b.Scope("buy").Add(metrics.Iterations, metrics.Iterations.With("ok"), 1)
	b.report(6 * time.Second)
	agg.NodeLost("b", "no snapshot for 10 s", 8*time.Second)
	a.Scope("buy").Add(metrics.Iterations, metrics.Iterations.With("failed"), 1)
	a.Scope("buy").Add(metrics.IterationFailures, metrics.IterationFailures.With("timeout"), 1)
	a.Scope("buy").Failure(metrics.FailureSample{Class: "timeout", Kind: "error", ReasonInspect: "waited for #buy", Stacktrace: []string{"buy.js:3:7"}, MonotonicTime: 16e9, UserID: 2, Evidence: metrics.Evidence{Screenshot: "shots/1.png"}})
	a.Scope("buy").UserEnded(true)
	a.Scope("buy").UserEnded(false)
	a.Scope(metrics.NodeScope).Observe(metrics.GeneratorCPUPercent, metrics.GeneratorCPUPercent.With("a"), 50)
	a.report(16 * time.Second)
	a.report(17 * time.Second)
	return agg
}

func TestResultGolden(t *testing.T) {
	results := append(twoNodes().Results(began.Add(18*time.Second)), metrics.Result{Name: "sell", Error: "sell.js: config: no baseURL"})
	var got bytes.Buffer
	if err := metrics.WriteResults(&got, results); err != nil {
		t.Fatal(err)
	}
	want := slices.Clone(got.Bytes())
	metricstest.Golden(t, "testdata/result.json", want)
	back, err := metrics.ReadResults(&got)
	if err != nil {
		t.Fatal(err)
	}
	var again bytes.Buffer
	if err := metrics.WriteResults(&again, back); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(again.Bytes(), want) {
		t.Error("reading and writing changes the Result")
	}
}

func TestResultNumbers(t *testing.T) {
	r := twoNodes().Results(began.Add(18 * time.Second))[0]
	g := r.Global
	metricstest.SameJSON(t, metrics.UserTotals{Total: 2, Succeeded: 1, Failed: 1}, g.Users)
	if g.DurationMS != 20_000 || g.ElapsedMS != 18_000 || len(g.TimeSeries.ActiveUsers) != 4 {
		t.Errorf("duration %d, elapsed %d, %d buckets; want 20000, 18000, 4", g.DurationMS, g.ElapsedMS, len(g.TimeSeries.ActiveUsers))
	}
	type row struct {
		active     int64
		nodes      int
		iterations int64
	}
	// Snapshots of 1 to 6 s and of 1 to 16 s lie in the bucket of their middle: 0 and 1.
	want := []row{{3, 2, 4}, {0, 1, 1}, {0, 0, 0}, {0, 1, 0}}
	for i := range want {
		if got := (row{g.TimeSeries.ActiveUsers[i], g.TimeSeries.NodeCount[i], g.TimeSeries.Counters["iterations"].Aggregate[i]}); got != want[i] {
			t.Errorf("bucket %d is %+v, want %+v", i, got, want[i])
		}
	}
	h := g.Histograms["liveview_event_duration_us"]
	if h.Aggregate.Count != 5 || h.Aggregate.Sum != 90_000 || h.Aggregate.Percentile(0) != 1000 || h.Aggregate.Percentile(100) != 80_000 {
		t.Errorf("events over both nodes: %+v", h.Aggregate)
	}
	if h.By["inc"].Count != 4 || h.By["dec"].Count != 1 || len(h.By) != 2 {
		t.Errorf("events by name: inc %d, dec %d", h.By["inc"].Count, h.By["dec"].Count)
	}
	if lost := r.Nodes[1]; lost.Status != metrics.NodeLost || lost.Result.Counters["iterations"].Aggregate != 1 {
		t.Errorf("lost node: %s with %d iterations, want its one", lost.Status, lost.Result.Counters["iterations"].Aggregate)
	}
	if g.Histograms["generator_cpu_percent"].By["a"].Count != 1 {
		t.Error("what the node measured about itself is not in the scenario's Result")
	}
}

// A slow node still finds its place, and nothing is lost.
func TestAggregatorTakesLateSnapshots(t *testing.T) {
	agg := newRun("buy")
	fast, slow := newNode("fast", agg), newNode("slow", agg)
	for s := 1; s <= 60; s++ {
		observe(fast.Scope("buy"), metrics.ActionDuration, "click", float64(s))
		fast.report(time.Duration(s) * time.Second)
	}
	for s := 1; s <= 60; s++ {
		observe(slow.Scope("buy"), metrics.ActionDuration, "click", 1000)
		slow.report(time.Duration(s) * time.Second)
	}
	g := agg.Results(began.Add(time.Minute))[0].Global
	h := g.TimeSeries.Histograms["action_duration_us"].By["click"]
	if len(h.Count) != 12 {
		t.Fatalf("%d buckets, want 12", len(h.Count))
	}
	for i := range h.Count {
		if sum := float64(25*i + 15 + 5*1000); h.Count[i] != 10 || h.Sum[i] != sum || h.Max[i] != 1000 {
			t.Errorf("bucket %d: count %d, sum %v, largest %v; want 10, %v, 1000", i, h.Count[i], h.Sum[i], h.Max[i], sum)
		}
	}
}

func TestAggregatorLimitsLabelsOverNodes(t *testing.T) {
	agg := newRun("buy")
	for n := range 3 {
		node := newNode(fmt.Sprint(n), agg)
		for i := range 100 {
			node.Scope("buy").Add(metrics.LiveViewEvents, metrics.LiveViewEvents.With(fmt.Sprintf("event %d of %d", i, n)), 1)
		}
		node.report(time.Second)
	}
	r := agg.Results(began.Add(time.Second))[0]
	events := r.Global.Counters["liveview_events"]
	if events.Aggregate != 300 || len(events.By) != 201 || events.By["other"] != 100 {
		t.Errorf("%d events under %d labels, %d in other; want 300, 201, 100", events.Aggregate, len(events.By), events.By["other"])
	}
	if len(r.Health.Notes) != 1 || !strings.Contains(r.Health.Notes[0], "100 samples") {
		t.Errorf("notes %q do not tell of the 100 samples", r.Health.Notes)
	}
}

// TestServiceWorkersAreNoted: what service workers ask the server for is in no metric, which the Result says.
func TestServiceWorkersAreNoted(t *testing.T) {
	agg := newRun("buy")
	node := newNode("a", agg)
	requests := metrics.ServiceWorkerRequests
	node.Scope("buy").Add(requests, requests.With("worker", "fetch"), 15)
	node.Scope("buy").Add(requests, requests.With("passed", "document"), 2)
	node.report(time.Second)
	want := "buy: 17 requests of pages went to service workers, see service_worker_requests: what these asked the server for is not counted"
	if got := strings.Join(agg.Results(began.Add(time.Second))[0].Health.Notes, "; "); got != want {
		t.Errorf("notes %q, want %q", got, want)
	}
}

func TestHealth(t *testing.T) {
	tests := []struct {
		name      string
		cpu, lag  []float64
		saturated int
	}{
		{"idle", []float64{10, 20, 30, 20, 10, 95}, []float64{100, 100, 100, 100, 100, 100}, 0},
		{"busy", []float64{99, 98, 97, 30, 99, 99}, []float64{100, 100, 100, 100, 100, 100}, 1},
		{"late", []float64{50, 50, 50, 50, 50, 50}, []float64{2e5, 1e5, 1e5, 3e5, 2e5, 2e5}, 1},
		{"both", []float64{99, 99, 99, 99, 99, 99}, []float64{2e5, 2e5, 2e5, 2e5, 2e5, 2e5}, 2},
		{"too short to say", []float64{99, 99}, []float64{2e5, 2e5}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			agg := newRun("buy")
			n := newNode("a", agg)
			observe(n.Scope(metrics.NodeScope), metrics.GeneratorCPUPercent, "a", tt.cpu...)
			observe(n.Scope(metrics.NodeScope), metrics.GeneratorLag, "a", tt.lag...)
			n.report(time.Second)
			h := agg.Results(began.Add(time.Second))[0].Health
			if h.Saturated != (tt.saturated > 0) || len(h.Reasons) != tt.saturated {
				t.Errorf("saturated %v, reasons %q; want %d reasons", h.Saturated, h.Reasons, tt.saturated)
			}
		})
	}
}

// TestNodesThatAreSaturatedAlone: they are named, and those that are not are counted.
func TestNodesThatAreSaturatedAlone(t *testing.T) {
	idle, busy := []float64{10, 20, 30, 20, 10, 30}, []float64{99, 98, 97, 99, 99, 99}
	tests := []struct {
		name      string
		nodes     map[string][]float64
		want      string
		saturated string
	}{
		{"one of three", map[string][]float64{"a": idle, "b": busy, "c": idle},
			"saturated, while 2 of 3 nodes are not: b. Use larger machines there, or say with --users-per-node what they carry", "b"},
		{"all", map[string][]float64{"a": busy, "b": busy}, "", "a b"},
		{"none", map[string][]float64{"a": idle, "b": idle}, "", ""},
		{"the only one", map[string][]float64{"a": busy}, "", "a"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			agg := newRun("buy")
			for name, cpu := range test.nodes {
				n := newNode(name, agg)
				observe(n.Scope(metrics.NodeScope), metrics.GeneratorCPUPercent, name, cpu...)
				n.report(time.Second)
			}
			h := agg.Results(began.Add(time.Second))[0].Health
			if got := strings.Join(h.Notes, "; "); got != test.want {
				t.Errorf("notes %q, want %q", got, test.want)
			}
			if got := strings.Join(h.SaturatedNodes, " "); got != test.saturated {
				t.Errorf("saturated %q, want %q", got, test.saturated)
			}
		})
	}
}

// TestSecondsWithoutCPU: a node of which nobody knows how busy it was does not pass for one that was not.
func TestSecondsWithoutCPU(t *testing.T) {
	agg := newRun("buy")
	for name, cpu := range map[string][]float64{"a": {10, 20, 30}, "b": {10}, "c": nil} {
		n := newNode(name, agg)
		observe(n.Scope(metrics.NodeScope), metrics.GeneratorCPUPercent, name, cpu...)
		observe(n.Scope(metrics.NodeScope), metrics.GeneratorLag, name, 100, 100, 100)
		n.report(time.Second)
	}
	want := "the CPU of node b was not measured in 2 of 3 seconds: nobody knows whether it was saturated then; " +
		"the CPU of node c was not measured in 3 of 3 seconds: nobody knows whether it was saturated then"
	if got := strings.Join(agg.Results(began.Add(time.Second))[0].Health.Notes, "; "); got != want {
		t.Errorf("notes %q, want %q", got, want)
	}
}

func TestReadResultsRefuses(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "result.json"))
	if err != nil {
		t.Fatal(err)
	}
	golden := string(text)
	tests := []struct{ name, json, want string }{
		{"not JSON", `<html>`, "invalid character"},
		{"no array", `{"name":"x"}`, "not a file that liveload --result wrote"},
		{"two arrays", `[] []`, "after top-level value"},
		{"nameless", `[{}]`, `"name" is missing`},
		{"no points", `[{"name":"x"}]`, `"quantile_points" are 0`},
		{"no width", strings.Replace(golden, `"bucket_width_ms":5000`, `"bucket_width_ms":0`, 1), `"bucket_width_ms" is 0`},
		{"of a later version", strings.Replace(golden, `"format":1`, `"format":2`, 1), `"format" is 2, which liveload 1.2.3 wrote`},
		{"a damaged column of sketches", strings.Replace(golden, `{"count":[`, `{"sketch":["AAAA"],"count":[`, 1), "the bytes are damaged"},
		{"a short column of sketches", strings.Replace(golden, `{"count":[`, `{"sketch":[""],"count":[`, 1), "has 1 entries, active_users has 4"},
		{"a short column", strings.Replace(golden, `"node_count":[2,`, `"node_count":[`, 1), "node_count has 3 entries, active_users has 4"},
		{"columns that differ", strings.Replace(golden, `"p50":[`, `"p50":[1,`, 1), `global: time_series`},
		{"no sketch", strings.Replace(golden, `"sketch":"`, `"sketsch":"`, 1), `"sketch" is missing`},
		{"a damaged sketch", strings.Replace(golden, `"sketch":"`, `"sketch":"AAAA`, 1), "decode sketch"},
	}
	for _, tt := range tests {
		if _, err := metrics.ReadResults(strings.NewReader(tt.json)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q in it", tt.name, err, tt.want)
		}
	}
}

func FuzzReadResults(f *testing.F) {
	golden, err := os.ReadFile(filepath.Join("testdata", "result.json"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(golden)
	f.Add([]byte(`[{"name":"x","error":"y"}]`))
	var small bytes.Buffer
	if err := metrics.WriteResults(&small, newRun("buy").Results(began)); err != nil {
		f.Fatal(err)
	}
	f.Add(small.Bytes())
	f.Fuzz(func(t *testing.T, b []byte) {
		results, err := metrics.ReadResults(bytes.NewReader(b))
		if err != nil {
			return
		}
		var once, twice bytes.Buffer
		if err := metrics.WriteResults(&once, results); err != nil {
			t.Fatalf("what was read cannot be written: %v", err)
		}
		again, err := metrics.ReadResults(bytes.NewReader(once.Bytes()))
		if err != nil {
			t.Fatalf("what was written cannot be read: %v", err)
		}
		if err := metrics.WriteResults(&twice, again); err != nil || !bytes.Equal(once.Bytes(), twice.Bytes()) {
			t.Errorf("a second round trip changes the Result: %v", err)
		}
	})
}

func TestSeriesHaveSamplesWithoutTags(t *testing.T) {
	registry := metrics.NewRegistry()
	odd, err := registry.Register(metrics.CustomCounter("odd"))
	if err != nil {
		t.Fatal(err)
	}
	agg := metrics.NewAggregator(metrics.RunInfo{Start: began, Scenarios: []metrics.ScenarioInfo{{Name: "shop"}}})
	rec := metrics.NewRecorder("here", began, registry)
	rec.Scope("shop").Add(odd, metrics.LabelsOf("where", "a"), 1)
	rec.Scope("shop").Add(odd, metrics.Labels{}, 3)
	agg.Add(rec.Snapshot(began.Add(time.Second)))
	agg.Finish()
	got := agg.Results(began.Add(time.Second))[0].Global.Counters["odd"]
	if got.Aggregate != 4 || len(got.Series) != 2 || got.Series[0].Value+got.Series[1].Value != 4 {
		t.Errorf("odd = %+v", got)
	}
}

// TestHealthOfMemory: too little memory is said as saturation is, and what crashes have cost is noted.
func TestHealthOfMemory(t *testing.T) {
	for _, tt := range []struct {
		name    string
		do      func(n *metrics.Recorder)
		reasons string
		notes   string
	}{
		{"enough", func(n *metrics.Recorder) {
			observe(n.Scope(metrics.NodeScope), metrics.GeneratorMemory, "a", 50, 60, 90, 90, 90, 90)
		}, "", ""},
		{"too short", func(n *metrics.Recorder) {
			observe(n.Scope(metrics.NodeScope), metrics.GeneratorMemory, "a", 99, 99, 99, 99)
		}, "", ""},
		{"scarce", func(n *metrics.Recorder) {
			observe(n.Scope(metrics.NodeScope), metrics.GeneratorMemory, "a", 50, 60, 99, 99, 99)
		}, "node a: more than 95 % of the memory that it may use was taken for more than 5 % of the time (p95 99 %)", ""},
		{"near a limit", func(n *metrics.Recorder) {
			for limit, share := range map[string]float64{metrics.LimitProcesses: 100, metrics.LimitFiles: 95, metrics.LimitDisk: 94} {
				n.Scope(metrics.NodeScope).Observe(metrics.GeneratorLimit, metrics.GeneratorLimit.With(limit, "a"), share)
			}
		}, "", "node a came near its limit of processes and threads (100 % taken): what crashed or did not start then is no fault of the application: raise it (ulimit -u, pids.max; a container: --pids-limit=-1)"},
		{"used up", func(n *metrics.Recorder) {
			n.Scope("buy").Add(metrics.BrowserCrashes, metrics.BrowserCrashes.With(metrics.CrashMemory, metrics.ProcessPage, "playwright"), 2)
			n.Scope("buy").Add(metrics.BrowserCrashes, metrics.BrowserCrashes.With(metrics.CrashKilled, metrics.ProcessPage, "playwright"), 1)
			n.Scope("buy").Add(metrics.SessionsLost, metrics.SessionsLost.With(metrics.CrashMemory, metrics.ProcessPage), 2)
			n.Scope("buy").Add(metrics.SessionsLost, metrics.SessionsLost.With(metrics.CrashKilled, metrics.ProcessPage), 1)
		}, "the system killed processes of browsers 2 times, since there was too little memory: use a machine with more, or fewer users",
			"buy: 3 sessions were lost with their browser or page (killed 1, out of memory 2): what these had measured since their last report, 0.3 s at most, is missing from the numbers"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			agg := newRun("buy")
			n := newNode("a", agg)
			tt.do(n.Recorder)
			n.report(time.Second)
			h := agg.Results(began.Add(time.Second))[0].Health
			if got := strings.Join(h.Reasons, "; "); got != tt.reasons || h.Saturated != (tt.reasons != "") {
				t.Errorf("saturated %v: %q, want %q", h.Saturated, got, tt.reasons)
			}
			if got := strings.Join(h.Notes, "; "); got != tt.notes {
				t.Errorf("notes %q, want %q", got, tt.notes)
			}
		})
	}
}
