package metrics_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
)

// TestManyNodes: each has its totals, with all its labels added up to the first one, and a saturated one is named. Only
// what is counted is kept of each over time.
func TestManyNodes(t *testing.T) {
	const nodes, busy = 205, 203
	agg := newRun("buy")
	for n := range nodes {
		node := newNode(fmt.Sprint("node", n), agg)
		for second := range 6 {
			s, cpu := node.Scope("buy"), 10.0
			if n == busy {
				cpu = 99
			}
			observe(node.Scope(metrics.NodeScope), metrics.GeneratorCPUPercent, fmt.Sprint("node", n), cpu)
			s.Observe(metrics.LiveViewEventDuration, metrics.LiveViewEventDuration.With("click", "/cart"), float64(n))
			s.Observe(metrics.LiveViewEventDuration, metrics.LiveViewEventDuration.With("click", "/"), 1000)
			s.Add(metrics.Iterations, metrics.Iterations.With("ok"), 1)
			node.report(time.Duration(second+1) * time.Second)
		}
	}
	agg.Finish()
	r := agg.Results(began.Add(6 * time.Second))[0]
	if reasons := strings.Join(r.Health.Reasons, ""); len(r.Health.Reasons) != 1 || !strings.Contains(reasons, fmt.Sprint("node node", busy)) {
		t.Errorf("saturated: %q, want node%d", r.Health.Reasons, busy)
	}
	if len(r.Nodes) != nodes || r.Global.Histograms["liveview_event_duration_us"].By["click"].Count != 12*nodes {
		t.Errorf("%d nodes with %+v", len(r.Nodes), r.Global.Histograms["liveview_event_duration_us"].By)
	}
	for _, n := range r.Nodes {
		var number float64
		if _, err := fmt.Sscanf(n.Node, "node%g", &number); err != nil {
			t.Fatal(err)
		}
		clicks, iterations := n.Result.Histograms["liveview_event_duration_us"], n.Result.TimeSeries.Counters["iterations"]
		if want := 6 * (number + 1000); clicks.By["click"].Count != 12 || clicks.By["click"].Sum != want || clicks.Aggregate.Sum != want {
			t.Errorf("%s: clicks %+v, want a sum of %v", n.Node, clicks, want)
		}
		if got := fmt.Sprint(iterations.Aggregate); got != "[5 1]" {
			t.Errorf("%s: iterations over time are %s", n.Node, got)
		}
		if len(n.Result.TimeSeries.Histograms) > 0 {
			t.Errorf("%s has distributions over time", n.Node)
		}
	}
}
