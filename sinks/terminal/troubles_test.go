package terminal_test

import (
	"strings"
	"testing"

	"github.com/liveload/liveload/metrics"
)

// aRun has one user, one iteration, and what else a test wants.
func aRun(counters map[string]metrics.CounterBy) metrics.Result {
	all := map[string]metrics.CounterBy{"iterations": {Aggregate: 1, By: map[string]int64{"ok": 1}}}
	for name, c := range counters {
		all[name] = c
	}
	return metrics.Result{Name: "buy", Global: metrics.ScenarioResult{Users: metrics.UserTotals{Total: 1, Succeeded: 1}, Counters: all}}
}

func series(counts map[metrics.Labels]int64) metrics.CounterBy {
	var c metrics.CounterBy
	for labels, n := range counts {
		c.Aggregate += n
		c.Series = append(c.Series, metrics.LabelledValue[int64]{Labels: labels, Value: n})
	}
	return c
}

// TestWhatTheSummaryMarks: only a run in which nothing failed has a ✓, and what failed is told.
func TestWhatTheSummaryMarks(t *testing.T) {
	interrupted := aRun(nil)
	interrupted.Interrupted = true
	for _, tt := range []struct {
		name   string
		result metrics.Result
		want   []string
	}{
		{"all is well", aRun(map[string]metrics.CounterBy{"http_requests": series(map[metrics.Labels]int64{metrics.HTTPRequests.With("2xx", "document", "200", "h", "/"): 1})}),
			[]string{"✓ buy  Finished. Nothing failed, and no threshold was set.\n  1 user ok, 0 failed · 1 iteration, 0 failed · 0s\n"}},
		{"failed requests", aRun(map[string]metrics.CounterBy{
			"http_requests":         series(map[metrics.Labels]int64{metrics.HTTPRequests.With("5xx", "fetch", "503", "h:1", "/api"): 6}),
			"http_request_failures": series(map[metrics.Labels]int64{metrics.HTTPRequestFailures.With("network", "xhr", "h:1", "/y"): 1, metrics.HTTPRequestFailures.With("aborted", "xhr"): 9}),
		}), []string{"✗ buy  Finished with failures.", "  7 requests failed\n", "\n  failed requests\n    503 fetch ×6  h:1/api\n    network xhr ×1  h:1/y\n"}},
		{"a failed check", aRun(map[string]metrics.CounterBy{"checks": series(map[metrics.Labels]int64{metrics.Checks.With("cart", "pass"): 3, metrics.Checks.With("cart", "fail"): 1})}),
			[]string{"✗ buy", "  1 of 4 checks failed\n", "\n  failed checks\n    cart ×1 of 4\n"}},
		{"interrupted", interrupted, []string{"! buy", "! buy  Interrupted. The run was stopped before its end.\n"}},
		{"nothing was measured", metrics.Result{Name: "buy"}, []string{"✗ buy", "✗ buy  Nothing was measured. No iteration has ended.\n"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := summaryOf(t, tt.result)
			for _, want := range tt.want {
				if !strings.Contains(got, want) {
					t.Errorf("the summary is\n%s\nwithout %q", got, want)
				}
			}
		})
	}
}
