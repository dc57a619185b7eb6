//go:build linux

package cluster

import (
	"testing"

	"github.com/liveload/liveload/e2e/rig"
	"github.com/liveload/liveload/metrics"
)

// TestCounts: what four nodes with real browsers measure together is what the demo has counted, and the sum of what each
// of them measured. Nothing is left afterwards.
func TestCounts(t *testing.T) {
	t.Parallel()
	a, home := rig.StartApp(t), rig.NewHome(t)
	c := home.Start(t, "../../examples/counter.js", a, append(four, "--users", "20", "--iterations-per-user", "2")...)
	c.EndsWith(t, 0)
	r := c.Read(t)
	rig.Compare(t, r, a.Settled(t, rig.Counter(r, metrics.HTTPRequests).Aggregate), 0)
	rig.Same(t, "users", r.Global.Users.Succeeded, 20)
	rig.Same(t, "iterations", rig.Counter(r, metrics.Iterations).By["ok"], 40)
	addsUp(t, r, 4)
	for _, n := range r.Nodes {
		rig.Same(t, "users of "+n.Node, n.Result.Users.Total, 5)
	}
	home.IsClean(t)
}

// TestMixed runs the example with three scenarios side by side.
func TestMixed(t *testing.T) {
	t.Parallel()
	a := rig.StartApp(t)
	c := rig.Start(t, append(four, "../../examples/mixed.js", "--users", "10", "--duration", "6s", "--config", "baseURL="+a.URL, "--config", "think=200ms")...)
	c.EndsWith(t, 0)
	results := c.ReadAll(t)
	if len(results) != 3 {
		t.Fatalf("%d results, want visitors, buyers and logins\n%s", len(results), c.Output)
	}
	visitors, buyers, logins := results[0], results[1], results[2]
	rig.Same(t, "visitors", visitors.Global.Users.Succeeded, 7)
	rig.Same(t, "buyers", buyers.Global.Users.Succeeded, 3)
	rig.Same(t, "logins that were due", rig.Counter(logins, metrics.Iterations).By["ok"]+rig.Counter(logins, metrics.DroppedIterations).Aggregate, 12)
	for _, r := range results {
		rig.None(t, r, metrics.IterationFailures)
		addsUp(t, r, 4)
	}
	all := rig.Together(results)
	rig.Compare(t, all, a.Settled(t, rig.Counter(all, metrics.HTTPRequests).Aggregate), 3*rig.Counter(all, metrics.Iterations).Aggregate)
}
