//go:build linux

package cluster

import (
	"testing"

	"github.com/liveload/liveload/e2e/rig"
	"github.com/liveload/liveload/metrics"
)

// TestNodesComeAndGo: with a ramp up and down nodes join while the run goes on, and leave before its end. What they measured
// is what the demo has counted, and nothing is left afterwards.
func TestNodesComeAndGo(t *testing.T) {
	t.Parallel()
	a, home := rig.StartApp(t), rig.NewHome(t)
	c := home.Start(t, "../../examples/counter.js", a, "--cluster", "local", "--nodes", "3", "--elastic",
		"--stage", "24s:3", "--stage", "12s:0")
	c.EndsWith(t, 0)
	r := c.Read(t)
	rig.None(t, r, metrics.IterationFailures)
	rig.Compare(t, r, a.Settled(t, rig.Counter(r, metrics.HTTPRequests).Aggregate), 0)
	rig.Same(t, "users", r.Global.Users.Succeeded, 3)
	addsUp(t, r, 3)
	for _, n := range r.Nodes {
		rig.Same(t, "users of "+n.Node, n.Result.Users.Total, 1)
	}
	if r.Machines == nil || r.Machines.Most != 3 || r.Machines.NeededMS >= 3*r.Global.ElapsedMS {
		t.Errorf("machines %+v in %d ms, want up to 3, and not all the time", r.Machines, r.Global.ElapsedMS) // a busy machine takes a while to start one
	}
	count := r.Global.TimeSeries.NodeCount
	if count[0] >= 3 || count[len(count)-1] >= 3 { // a busy machine takes a while for the last iterations of a node
		t.Errorf("nodes over time are %v, want less than 3 at first and at last", count)
	}
	home.IsClean(t)
}
