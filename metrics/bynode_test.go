package metrics_test

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
)

// Parts are the newest parts of the nodes in one second, by scenario and node.
type parts map[[2]string]metrics.NodePart

// take takes those of an interval. A part without series leaves what was known.
func (p parts) take(scenario string, all []metrics.NodePart) {
	for _, n := range all {
		key := [2]string{scenario, n.Node}
		if len(n.Series) == 0 {
			n.Series = p[key].Series
		}
		p[key] = n
	}
}

// checkParts compares the parts of the nodes with the whole of an interval.
func checkParts(t *testing.T, i *metrics.Interval, told parts) {
	t.Helper()
	whole, sum, active := newMerge(), newMerge(), make(map[string]int64)
	whole.addInterval(i)
	for key, n := range told {
		scenario := key[0]
		sum.add(scenario, n.Series)
		sum.addUsers(scenario, n.Users)
		if active[scenario] += n.Active; n.Active < 0 {
			t.Errorf("second %v: %d users of %s are active on %s", i.Offset, n.Active, scenario, n.Node)
		}
	}
	for _, s := range i.Scenarios {
		if active[s.Scenario] != s.Active {
			t.Errorf("second %v: %d users of %s are active on all nodes, %d on each added up", i.Offset, s.Active, s.Scenario, active[s.Scenario])
		}
	}
	same(t, fmt.Sprint("the parts of second ", i.Offset), sum.numbers(), whole.numbers())
	if !reflect.DeepEqual(sum.gauges, whole.gauges) {
		t.Errorf("second %v: gauges %v, want %v", i.Offset, sum.gauges, whole.gauges)
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

// TestSeriesOfOldPartsAreForgotten: while a node hangs, those of the others are not kept; a revision has what is new.
func TestSeriesOfOldPartsAreForgotten(t *testing.T) {
	agg := metrics.NewAggregator(metrics.RunInfo{Start: began, ByNode: true, Nodes: []string{"a", "b"}, Scenarios: []metrics.ScenarioInfo{{Name: "buy"}}})
	a, b := newNode("a", agg), newNode("b", agg)
	for second := range 40 {
		a.Scope("buy").UserStarted()
		tick(a, second)
	}
	for second := range 40 {
		tick(b, second)
	}
	tick(a, 40)
	tick(b, 40)
	revised := make(map[time.Duration]*metrics.Interval)
	for _, i := range b.told {
		revised[i.Offset] = i
	}
	for second, ofA := range map[time.Duration]int{5 * time.Second: 0, 39 * time.Second: 1} {
		i := revised[second]
		if i == nil || len(i.Scenarios[0].ByNode) != 2 {
			t.Fatalf("second %v: %+v", second, i)
		}
		parts := i.Scenarios[0].ByNode
		if len(parts[0].Series) != ofA || len(parts[1].Series) != 1 || parts[0].Active != int64(second.Seconds())+1 || parts[0].Users.Started != 1 {
			t.Errorf("second %v: parts %+v", second, parts)
		}
		if all := i.Scenarios[0].Series; all[0].Count != 2 {
			t.Errorf("second %v: %d iterations, want 2", second, all[0].Count)
		}
	}
}

// TestAClockThatIsSetBack: what a node reports then counts where its clock says, also where its parts were forgotten.
func TestAClockThatIsSetBack(t *testing.T) {
	agg := metrics.NewAggregator(metrics.RunInfo{Start: began, ByNode: true, Nodes: []string{"a", "hangs"}, Scenarios: []metrics.ScenarioInfo{{Name: "buy"}}})
	a := newNode("a", agg)
	for second := range 40 {
		tick(a, second)
	}
	late := a.Snapshot(began.Add(41 * time.Second))
	late.From, late.To = began.Add(5*time.Second), began.Add(6*time.Second)
	late.Series = []metrics.Series{{Scenario: "buy", Metric: metrics.Iterations.Name, Labels: metrics.Iterations.With("ok"), Count: 7}}
	agg.Add(late)
	last := agg.Finish()
	if n := last[len(last)-1].Scenario("buy").State.Total(metrics.Iterations.Name, metrics.AllLabels).Count; n != 47 {
		t.Errorf("%d iterations, want 47", n)
	}
}
