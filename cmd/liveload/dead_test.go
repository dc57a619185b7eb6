package main

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/compare"
	"github.com/liveload/liveload/metrics/merge"
	"github.com/liveload/liveload/report"
	"github.com/liveload/liveload/sinks"
	"github.com/liveload/liveload/sinks/junit"
	"github.com/liveload/liveload/sinks/markdown"
	"github.com/liveload/liveload/sinks/stepsummary"
	"github.com/liveload/liveload/sinks/terminal"
)

// praise is what says on a terminal, in Markdown and in the data of pages that all is well: a mark, or the colour green.
var praise = regexp.MustCompile("✓|✅|\x1b\\[32m" + `|"state":"(passed|finished)"|"verdict":"better"|So far, so good`)

// deadRun measured what it had promised until it died.
func deadRun(change func(*metrics.Result)) metrics.Result {
	r := metrics.Result{
		Name: "buy", RunID: "7c9e6679-7425-40de-944b-e07fc1f90ae7", GeneratedAt: time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC), BucketWidthMS: 1000, Format: metrics.ResultFormat,
		FailureLimit: &metrics.FailureLimit{Share: 0.5, Users: true},
		Nodes:        []metrics.NodeResult{{Node: "a", Status: metrics.NodeOK}, {Node: "b", Status: metrics.NodeOK}},
		Thresholds:   []metrics.ThresholdOutcome{{Metric: "step_duration_us", Expression: "p(95)<1s", Unit: metrics.Microseconds, Value: new(1000.0), OK: true}},
		Global: metrics.ScenarioResult{ElapsedMS: 4000, Counters: map[string]metrics.CounterBy{
			"iterations":         {Aggregate: 9, By: map[string]int64{"ok": 8, "failed": 1}},
			"iteration_failures": {Aggregate: 1, By: map[string]int64{"browser lost": 1}},
		}},
	}
	change(&r)
	return r
}

var deadRuns = map[string]func(*metrics.Result){
	"all users failed": func(r *metrics.Result) { r.Global.Users = metrics.UserTotals{Total: 6, Failed: 6} },
	"all nodes were lost": func(r *metrics.Result) {
		r.Global.Counters["iterations"] = metrics.CounterBy{Aggregate: 8, By: map[string]int64{"ok": 8}}
		delete(r.Global.Counters, "iteration_failures")
		r.Nodes[0].Status, r.Nodes[1].Status = metrics.NodeLost, metrics.NodeError
	},
	"the browsers were killed": func(r *metrics.Result) {
		r.Global.Counters["iterations"] = metrics.CounterBy{Aggregate: 6, By: map[string]int64{"failed": 6}}
		r.Global.Counters["iteration_failures"] = metrics.CounterBy{Aggregate: 6, By: map[string]int64{"browser lost": 6}}
	},
	"nothing was measured": func(r *metrics.Result) { clear(r.Global.Counters) },
	"it could not run":     func(r *metrics.Result) { *r = metrics.Result{Name: "buy", Error: "no baseURL"} },
}

// TestNothingPraisesADeadRun: of a run in which nothing was carried out no output says that anything is well, and it does not
// exit with 0.
func TestNothingPraisesADeadRun(t *testing.T) {
	for name, change := range deadRuns {
		t.Run(name, func(t *testing.T) {
			for output, text := range outputsOf(t, deadRun(change)) {
				if found := praise.FindAllString(text, -1); found != nil {
					t.Errorf("%s says %q:\n%s", output, found, text)
				}
			}
			if r := deadRun(change); r.Error == "" && judgeRun([]metrics.Result{r}) == nil {
				t.Error("the exit code is 0")
			}
		})
	}
}

// outputsOf is what each output makes of a Result.
func outputsOf(t *testing.T, r metrics.Result) map[string]string {
	t.Helper()
	results := []metrics.Result{r}
	dir, all := t.TempDir(), map[string]string{}
	for _, how := range []terminal.Summary{terminal.Short, terminal.Full} {
		var out bytes.Buffer
		sunk(t, terminal.New(terminal.Options{Out: &out, Color: true, Quiet: true, Summary: how}), results)
		all["the "+string(how)+" summary"] = out.String()
	}
	for name, sink := range map[string]func(path string) sinks.Sink{
		"JUnit":        func(path string) sinks.Sink { return junit.New(path) },
		"step summary": func(path string) sinks.Sink { return stepsummary.New(path, slog.New(slog.DiscardHandler)) },
	} {
		path := filepath.Join(dir, strings.ReplaceAll(name, " ", "-"))
		sunk(t, sink(path), results)
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		all[name] = string(text)
	}
	if strings.Contains(all["JUnit"], "></testcase>") {
		t.Errorf("a test case of JUnit passes:\n%s", all["JUnit"])
	}
	all["the comment"] = writtenBy(t, func(w io.Writer) error { return markdown.WriteComment(w, results) })
	page, soFar := report.FromResults(results), report.SoFar(results)
	all["the report"] = inJSON(t, page)
	if page.Scenarios[0].Dead == "" || page.Scenarios[0].Trust.OK {
		t.Errorf("the page is of a run that is alive: dead %q, trust %+v", page.Scenarios[0].Dead, page.Scenarios[0].Trust)
	}
	if r.Error == "" && !r.MeasuredNothing() {
		all["the dashboard"] = inJSON(t, soFar)
	}
	if r.Error == "" {
		other := r
		other.Nodes = []metrics.NodeResult{{Node: "c", Status: r.Nodes[0].Status}}
		if merged, err := merge.Files([]merge.File{{Name: "a.json", Results: results}, {Name: "b.json", Results: []metrics.Result{other}}}); err == nil {
			all["the merged summary"] = summaryOf(t, merged)
		} else {
			t.Logf("merge refuses it: %v", err)
		}
	}
	old := deadRun(func(old *metrics.Result) {
		old.RunID = "16fd2706-8baf-433b-82eb-8c7fada847da"
		old.Thresholds[0].OK = false
	})
	compared := compare.Files(compare.File{Name: "old.json", Results: []metrics.Result{old}}, compare.File{Name: "new.json", Results: results}, nil)
	all["the comparison"] = writtenBy(t, func(w io.Writer) error {
		return terminal.WriteComparison(w, compared, terminal.ComparisonOptions{Color: true})
	})
	all["the comparison in Markdown"] = markdown.Comparison(compared)
	all["the page of the comparison"] = inJSON(t, report.FromComparison(compared))
	return all
}

func summaryOf(t *testing.T, results []metrics.Result) string {
	t.Helper()
	var out bytes.Buffer
	sunk(t, terminal.New(terminal.Options{Out: &out, Color: true, Quiet: true}), results)
	return out.String()
}

func sunk(t *testing.T, s sinks.Sink, results []metrics.Result) {
	t.Helper()
	if err := s.Start(t.Context(), metrics.RunInfo{}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(t.Context(), results); err != nil {
		t.Fatal(err)
	}
}

func writtenBy(t *testing.T, write func(io.Writer) error) string {
	t.Helper()
	var out bytes.Buffer
	if err := write(&out); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func inJSON(t *testing.T, data any) string {
	t.Helper()
	text, err := json.Marshal(data)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestTheLiveDisplayPraisesNoDeadRun: its bar is green as long as anything works.
func TestTheLiveDisplayPraisesNoDeadRun(t *testing.T) {
	for name, state := range map[string]metrics.State{
		"all users failed":        {Users: metrics.UserCounts{Failed: 6}},
		"the browsers are killed": {Active: 2, Failures: map[string]metrics.FailureClass{"browser lost": {Count: 6}}},
	} {
		var out bytes.Buffer
		d := terminal.New(terminal.Options{Out: &out, Color: true, TTY: true})
		if err := d.Start(t.Context(), metrics.RunInfo{}); err != nil {
			t.Fatal(err)
		}
		state.Elapsed, state.PlannedDuration = 5*time.Second, 10*time.Second
		if err := d.Write(t.Context(), &metrics.Interval{Scenarios: []metrics.ScenarioInterval{{Scenario: "buy", State: &state}}}); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(out.String(), "━") || praise.MatchString(out.String()) {
			t.Errorf("%s: %q", name, out.String())
		}
	}
}
