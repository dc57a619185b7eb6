package metrics_test

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/liveload/liveload/metrics"
)

// checkParts compares the parts of the nodes with the whole of an interval.
func checkParts(t *testing.T, i *metrics.Interval) {
	t.Helper()
	whole, parts := newMerge(), newMerge()
	whole.addInterval(i)
	for _, n := range i.ByNode {
		parts.add(metrics.NodeScope, n.Series)
	}
	for _, s := range i.Scenarios {
		active := int64(0)
		for _, n := range s.ByNode {
			parts.add(s.Scenario, n.Series)
			parts.addUsers(s.Scenario, n.Users)
			if active += n.Active; n.Active < 0 {
				t.Errorf("second %v: %d users of %s are active on %s", i.Offset, n.Active, s.Scenario, n.Node)
			}
		}
		if active != s.Active {
			t.Errorf("second %v: %d users of %s are active on all nodes, %d on each added up", i.Offset, s.Active, s.Scenario, active)
		}
	}
	same(t, fmt.Sprint("the parts of second ", i.Offset), parts.numbers(), whole.numbers())
	if !reflect.DeepEqual(parts.gauges, whole.gauges) {
		t.Errorf("second %v: gauges %v, want %v", i.Offset, parts.gauges, whole.gauges)
	}
}

// checkNodes compares the totals of the nodes in the last interval with the Results.
func checkNodes(t *testing.T, last *metrics.Interval, results []metrics.Result) {
	t.Helper()
	for k, r := range results {
		for _, part := range last.Scenarios[k].ByNode {
			totals := metrics.State{Totals: part.Totals}
			for _, n := range r.Nodes {
				if n.Node != part.Node {
					continue
				}
				clicks := totals.Total("action_duration_us", metrics.AllLabels)
				if want := n.Result.Histograms["action_duration_us"].Aggregate; clicks.Values != want.Sketch {
					t.Errorf("%s on %s: %d clicks, %d in the Result", r.Name, n.Node, clicks.Count, want.Count)
				}
				if want := n.Result.Counters["iterations"].Aggregate; totals.Count(metrics.Iterations) != want {
					t.Errorf("%s on %s: %d iterations, %d in the Result", r.Name, n.Node, totals.Count(metrics.Iterations), want)
				}
				if u, want := part.TotalUsers, n.Result.Users; u.Succeeded != want.Succeeded || u.Failed != want.Failed {
					t.Errorf("%s on %s: users %+v, %+v in the Result", r.Name, n.Node, u, want)
				}
			}
		}
		if len(last.Scenarios[k].ByNode) == 0 {
			t.Errorf("%s: there are no parts of nodes", r.Name)
		}
	}
}

// TestNodesAreNotToldApartUnasked: their parts cost too much to be made for nobody.
func TestNodesAreNotToldApartUnasked(t *testing.T) {
	agg, a, b := aAndB()
	tick(a, 0)
	tick(b, 0)
	if i := agg.Finish()[0]; i.ByNode != nil || i.Scenarios[0].ByNode != nil {
		t.Errorf("%v and %v", i.ByNode, i.Scenarios[0].ByNode)
	}
}
