package stepsummary

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/metricstest"
	"github.com/liveload/liveload/sinks"
)

var _ sinks.Sink = (*Sink)(nil)

func aRun() []metrics.Result {
	var values []float64
	for i := range 201 {
		values = append(values, float64(i)*1250)
	}
	durations := metrics.ValuesOf(metricstest.SketchOf(values...))
	return []metrics.Result{
		{
			Name: "buy | `sell`", Metrics: []*metrics.Metric{{Name: "latency", Kind: metrics.Histogram, Unit: metrics.Microseconds}},
			Global: metrics.ScenarioResult{
				Users: metrics.UserTotals{Total: 10, Succeeded: 8, Failed: 2}, ElapsedMS: 80_500,
				Counters: map[string]metrics.CounterBy{
					"iterations":         {Aggregate: 40, By: map[string]int64{"ok": 37, "failed": 3}},
					"http_requests":      {Series: []metrics.LabelledValue[int64]{{Labels: metrics.HTTPRequests.With("5xx", "fetch", "503", "h:1", "/a|b"), Value: 6}}},
					"checks":             {Series: []metrics.LabelledValue[int64]{{Labels: metrics.Checks.With("cart", "fail"), Value: 2}, {Labels: metrics.Checks.With("cart", "pass"), Value: 3}}},
					"iteration_failures": {Aggregate: 3, By: map[string]int64{"error": 1, "wait timeout": 2}},
				},
				Histograms: map[string]metrics.HistogramBy{
					"liveview_event_duration_us": {Aggregate: durations},
					"liveview_diff_bytes":        {Aggregate: durations},
					"latency":                    {Aggregate: durations},
					"generator_lag_us":           {Aggregate: durations},
				},
				FailureSamples: map[string][]metrics.FailureSample{"wait timeout": {{ReasonInspect: "no <b>cart</b> | in\n\x1b[31mtime"}}},
			},
			Thresholds: []metrics.ThresholdOutcome{
				{Metric: "liveview_event_duration_us", Expression: "p(95)<250ms", OK: true, Value: new(237_500.0)},
				{Metric: "checks{name:a|b}", Expression: "rate>99%", Value: new(0.975)},
				{Metric: "step_duration_us", Expression: "max<1s"},
			},
			Changes: []metrics.Change{{OffsetMS: 12_300, What: metrics.ChangedUsers, From: "10", To: "25"}, {OffsetMS: 61_000, What: metrics.Paused}},
			Health:  metrics.Health{Saturated: true, Reasons: []string{"node here: the CPU was busy"}, Notes: []string{"ended early: ..."}},
		},
		{Name: "fine", Global: metrics.ScenarioResult{
			Users: metrics.UserTotals{Total: 1, Succeeded: 1}, Counters: map[string]metrics.CounterBy{"iterations": {Aggregate: 1}},
		}, Thresholds: []metrics.ThresholdOutcome{{Metric: "iterations", Expression: "count>0", OK: true, Value: new(5.0)}}},
	}
}

func TestGolden(t *testing.T) {
	metricstest.Golden(t, "testdata/summary.md", []byte(summary(aRun())))
}

// aSearch has found a limit, or nothing.
func aSearch(held *float64) metrics.Result {
	return metrics.Result{Name: "buy", Limit: &metrics.Limit{Of: "users", Held: held, Broke: new(16.0), Statement: "The application held 8 users; at 16, ...", Steps: []metrics.LimitStep{
		{Load: 8, Text: "8 users", Held: true},
		{Load: 16, Text: "16 users", By: metrics.LimitApplication, Reasons: []string{"p(95) of a|b was 3 s, over 1 s"}},
		{Load: 12, Text: "12 users", By: metrics.LimitGenerator, Reasons: []string{"node here: the CPU was busy", "9 late"}},
		{Load: 12, Text: "12 users", Again: true, Held: true},
	}}}
}

func TestLimit(t *testing.T) {
	text := summary([]metrics.Result{aSearch(new(8.0))})
	want := "\n**`The application held 8 users; at 16, ...`**\n\n| | load | |\n|---|---|---|\n| ✅ | `8 users` | held |\n" +
		"| ❌ | `16 users` | `p(95) of a\\|b was 3 s, over 1 s` |\n| ⚠️ | `12 users` | `node here: the CPU was busy, and 9 late` |\n| ✅ | `12 users` | tried again: held |\n"
	if !strings.Contains(text, want) {
		t.Errorf("the summary is\n%s\nwithout\n%s", text, want)
	}
}

func TestVerdict(t *testing.T) {
	run := aRun()
	for want, results := range map[string][]metrics.Result{
		"❌ 2 of 4 thresholds not met":         run,
		"✅ the threshold is met":              run[1:],
		"✅ all 2 thresholds met":              {run[1], run[1]},
		"❌ 1 of 3 scenarios could not run":    append(run, metrics.Result{Name: "broken", Error: "no file"}),
		"finished, without thresholds":        {{Name: "plain", Global: metrics.ScenarioResult{Counters: map[string]metrics.CounterBy{"iterations": {Aggregate: 1}}}}},
		"⚠️ interrupted":                      {{Name: "plain", Interrupted: true}},
		"❌ 1 of 2 scenarios measured nothing": {{Name: "plain"}, run[1]},
		"✅ 8 users held":                      {aSearch(new(8.0))},
		"❌ no load held":                      {aSearch(nil)},
	} {
		if got, _, _ := strings.Cut(summary(results), "\n"); got != "## liveload: "+want {
			t.Errorf("the first line is %q, want %q", got, want)
		}
	}
	if got := summary([]metrics.Result{{Name: "broken", Error: "a.js:1: no `x`"}}); !strings.Contains(got, "❌ could not run: `a.js:1: no 'x'`") {
		t.Errorf("the summary of a broken scenario is %q", got)
	}
}

func TestAddsToTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "summary")
	if err := os.WriteFile(path, []byte("# Before\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	for range 2 { // two runs of one job
		s := New(path, slog.New(slog.NewTextHandler(&log, nil)))
		if err := s.Start(t.Context(), metrics.RunInfo{}); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(t.Context(), aRun()); err != nil {
			t.Fatal(err)
		}
	}
	content, err := os.ReadFile(path)
	if err != nil || string(content) != "# Before\n"+summary(aRun())+summary(aRun()) || log.Len() > 0 {
		t.Errorf("the file holds %q, %v; the log %q", content, err, log.String())
	}
}

// In a container the file may not be there: that must not keep a run from running.
func TestAFileThatCannotBeWrittenIsOnlyLogged(t *testing.T) {
	var log bytes.Buffer
	s := New(filepath.Join(t.TempDir(), "nowhere", "summary"), slog.New(slog.NewTextHandler(&log, nil)))
	if err := s.Start(t.Context(), metrics.RunInfo{}); err != nil {
		t.Errorf("Start = %v", err)
	}
	if err := s.Close(t.Context(), aRun()); err != nil || !strings.Contains(log.String(), "no summary for GitHub Actions") {
		t.Errorf("Close = %v, the log says %q", err, log.String())
	}
}

// TestFailuresByCause: different failures of one class do not merge.
func TestFailuresByCause(t *testing.T) {
	text := summary([]metrics.Result{{Name: "buy", Global: metricstest.FailedByCause()}})
	want := "| `click timeout` | 8 | `a.js:3:1: operation 2: click(\"#banner-close\"): it is hidden` |\n" +
		"| `click timeout` | 4 | `a.js:9:1: in step \"checkout\": operation 7: click(\"#pay\"): it is hidden` |\n"
	if !strings.Contains(text, want) {
		t.Errorf("the summary is\n%s\nwithout\n%s", text, want)
	}
}
