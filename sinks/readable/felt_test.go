package readable

import (
	"fmt"
	"slices"
	"testing"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/metricstest"
)

func spread(n int, us float64) metrics.HistogramValues {
	values := make([]float64, n)
	for i := range values {
		values[i] = us
	}
	return metrics.ValuesOf(metricstest.SketchOf(values...))
}

// TestWhatItFeltLike: only what was measured, steps in the order of the journey, and the label that is much slower than all.
func TestWhatItFeltLike(t *testing.T) {
	by := func(all metrics.HistogramValues, labels map[string]metrics.HistogramValues) metrics.HistogramBy {
		return metrics.HistogramBy{Aggregate: all, By: labels}
	}
	slow := metrics.ValuesOf(spread(100, 1000).Sketch.Plus(spread(4, 9000).Sketch))
	r := metrics.Result{Global: metrics.ScenarioResult{Histograms: map[string]metrics.HistogramBy{
		"document_load_us":           by(spread(20, 1000), map[string]metrics.HistogramValues{"/": spread(10, 1000), "/cart": spread(10, 1100)}),
		"liveview_event_duration_us": by(slow, map[string]metrics.HistogramValues{"add": spread(90, 1000), "save\n": spread(10, 9000), "rare": spread(9, 99_000), metrics.OtherLabel: spread(50, 99_000)}),
		"step_duration_us":           by(spread(9, 1), map[string]metrics.HistogramValues{"pay": spread(3, 5e6), "find": spread(3, 2e6), "unknown": spread(3, 1e6)}),
		"step_offset_us":             by(spread(9, 1), map[string]metrics.HistogramValues{"pay": spread(3, 4e6), "find": spread(3, 1e6)}),
		"iteration_duration_us":      by(slow, map[string]metrics.HistogramValues{"ok": spread(90, 1000), "failed": spread(14, 9000)}),
		"liveview_join_duration_us":  by(spread(3, 1), nil), // of which people feel nothing
		"web_vital_lcp_us":           {},
	}}}
	var got []string
	for _, f := range WhatItFeltLike(&r) {
		row := fmt.Sprintf("%s %d", f.Name, f.Values.Count)
		if f.Slowest != "" {
			row += fmt.Sprintf(", %s %s", f.Slowest, Value(f.Metric, f.Worst.Percentile(95)))
		}
		got = append(got, row)
	}
	want := []string{"page opened 20", "click answered 104, save 9 ms", "step unknown 3", "step find 3", "step pay 3", "iteration done 104"}
	if !slices.Equal(got, want) {
		t.Errorf("it felt like\n%q\nwant\n%q", got, want)
	}
}

func TestHowMuch(t *testing.T) {
	r := metrics.Result{Global: metrics.ScenarioResult{ElapsedMS: 60_000, ScenarioMS: 20_000, Counters: map[string]metrics.CounterBy{
		"iterations": {Aggregate: 5000}, "http_bytes_received": {Aggregate: 3_000_000}, "liveview_pushes": {}, "browser_js_errors": {Aggregate: 9},
	}}}
	want := []Amount{{"iterations", "5 000", "250/s"}, {"received over HTTP", "3 MB", "150 kB/s"}}
	if got := HowMuch(&r); !slices.Equal(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	r.Global.ElapsedMS, r.Global.ScenarioMS = 0, 0
	if got := HowMuch(&r); got[0].PerSecond != "" {
		t.Errorf("without a time there is the rate %q", got[0].PerSecond)
	}
}

func TestMessageOf(t *testing.T) {
	for want, cause := range map[string]metrics.FailureCause{
		"what it said":                      {Class: "x", Samples: []metrics.FailureSample{{ReasonInspect: "what\nit said"}}, Cause: metrics.Cause{Reason: "r"}},
		`in step "pay": #buy: it is hidden`: {Cause: metrics.Cause{Target: "#buy", Reason: "it is hidden", Step: "pay"}},
		"it is hidden":                      {Cause: metrics.Cause{Reason: "it is hidden"}},
		"causes that are not told apart, since there were too many": {Class: "other", Cause: metrics.Cause{Target: "other", Reason: "other", Step: "other"}},
		"#buy": {Cause: metrics.Cause{Target: "#buy"}},
		"":     {Class: "x"},
	} {
		if got := MessageOf(cause); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
