package terminal

import (
	"strings"
	"testing"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/metricstest"
)

// TestFailuresByCause: different failures of one class do not merge.
func TestFailuresByCause(t *testing.T) {
	var lines []string
	for _, line := range failureLines(metricstest.FailedByCause(), Short, 80) {
		lines = append(lines, painter{}.line(80, line))
	}
	want := "\n  failures\n" +
		"    click timeout ×8  a.js:3:1: operation 2: click(\"#banner-close\"): it is\n      hidden\n" +
		"    click timeout ×4  a.js:9:1: in step \"checkout\": operation 7: click(\"#pay\"):\n      it is hidden\n"
	if got := strings.Join(lines, ""); got != want {
		t.Errorf("shown is\n%swant%s", got, want)
	}
	for _, line := range counterLines(metrics.Result{Global: metricstest.FailedByCause()}, 80) {
		if text := (painter{}).line(80, line); strings.Contains(text, "failure_causes") {
			t.Errorf("the counters have what the failures say: %s", text)
		}
	}
}

// TestTimesOfFailedIterations are shown apart from those of the others.
func TestTimesOfFailedIterations(t *testing.T) {
	values := func(us ...float64) metrics.HistogramValues { return metrics.ValuesOf(metricstest.SketchOf(us...)) }
	r := metrics.Result{Global: metrics.ScenarioResult{Histograms: map[string]metrics.HistogramBy{"iteration_duration_us": {
		Aggregate: values(1e6, 30e6), By: map[string]metrics.HistogramValues{"ok": values(1e6), "timeout": values(30e6)},
	}}}}
	var text string
	for _, line := range histogramLines(r, 80) {
		text += painter{}.line(80, line)
	}
	for _, want := range []string{"    ok ", "    timeout "} {
		if !strings.Contains(text, want) {
			t.Errorf("the table has no line %q:\n%s", want, text)
		}
	}
}
