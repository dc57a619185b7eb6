package terminal_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/compare"
	"github.com/liveload/liveload/sinks/terminal"
)

// twoRuns is a comparison with everything that there can be to say.
func twoRuns() compare.Comparison {
	row := func(m *metrics.Metric, label string, s compare.Statistic, before, after float64, v compare.Verdict) compare.Row {
		return compare.Row{Metric: m, Name: m.Name, Label: label, Statistic: s, Old: before, New: after, Change: new(after/before - 1), Noise: new(0.061), Verdict: v}
	}
	slow := row(metrics.LiveViewEventDuration, "add", compare.P95, 41_200, 63_000, compare.Worse)
	slow.Relative = new(0.481)
	errors := row(metrics.HTTPRequests, "5xx", compare.Share, 0.001, 0.021, compare.Worse)
	errors.Change, errors.Noise = new(0.02), new(0.004)
	unclear := row(metrics.WebVitalLCP, "/products/:id", compare.P95, 81_000, 99_000, compare.Unclear)
	unclear.Why = "it varies too much by itself: let the runs last longer"
	return compare.Comparison{
		Missing: []compare.Missing{{Name: "pay", In: "old.json", Why: "no browser"}},
		Scenarios: []compare.Scenario{{
			Name: "buy", Old: &compare.Run{File: "results/main.json"}, New: &compare.Run{File: "results/branch-with-a-long-name.json"},
			Doubts: []compare.Doubt{{Text: "the runs are not equally long: 60 s, and 300 s"}, {Text: `option config.think: "1s", and "2s"`}},
			Rows: []compare.Row{
				slow, row(metrics.LiveViewEventDuration, "", compare.Median, 11_000, 15_400, compare.Worse), errors,
				row(metrics.WebSocketFrameSentBytes, "wss://shop.example/live/websocket/with/a/long/path", compare.Median, 109, 72, compare.Better),
				row(metrics.LiveViewEvents, "", compare.PerIteration, 7, 9, compare.Changed), unclear,
				row(metrics.Iterations, "", compare.PerSecond, 3.4, 3.5, compare.Same),
			},
			Thresholds:   []compare.Threshold{{Metric: "checks", Expression: "rate>99%", Old: &metrics.ThresholdOutcome{OK: true}, New: &metrics.ThresholdOutcome{}}},
			NewFailures:  []compare.Failure{{Kind: compare.FailedIteration, Text: `click timeout: it is covered by <div id="advertisement">: #buy in checkout`, Count: 1200}},
			GoneFailures: []compare.Failure{{Kind: compare.FailedRequest, Text: "503 fetch shop.example/cart", Count: 2}},
			OnlyNew:      []compare.Measured{{Metric: metrics.LiveViewEventDuration.Name, Label: "remove", Count: 7}},
		}},
		Limits: []compare.Limited{{Limit: "liveview_event_duration_us p95 +10%", Scenario: "buy", Why: "it changed by +52.9%"}, {Limit: "iterations rate -10%", OK: true, Why: "it holds"}},
	}
}

func TestWriteComparison(t *testing.T) {
	for file, o := range map[string]terminal.ComparisonOptions{"comparison_80.txt": {Width: 80, All: true}, "comparison.txt": {}} {
		var out strings.Builder
		if err := terminal.WriteComparison(&out, twoRuns(), o); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(out.String()) {
			if n := utf8.RuneCountInString(strings.TrimSpace(line)); o.Width > 0 && n > o.Width {
				t.Errorf("%d columns: %s", n, line)
			}
		}
		golden(t, file, []byte(out.String()))
	}
}
