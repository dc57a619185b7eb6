package cluster

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/liveload/liveload/cluster/fleet"
	"github.com/liveload/liveload/metrics/threshold"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
)

// A rental has nodes of this process come after a while, the third one too late.
type rental struct {
	mu    sync.Mutex
	asked int
	left  int
}

func (*rental) Lead() time.Duration { return 8 * time.Second }

func (r *rental) Bring(ctx context.Context, n int, joined func(fleet.Member)) error {
	for range n {
		r.mu.Lock()
		r.asked++
		number := r.asked
		r.mu.Unlock()
		boot := 6 * time.Second
		if number == 3 {
			boot = 13 * time.Second
		}
		select {
		case <-time.After(boot):
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		own := newController(&fakeEngine{}, &recordingSink{}).Node.(*node.Local)
		own.NodeName = fmt.Sprint("m", number)
		joined(fleet.Member{Node: own, Weight: 1, Since: time.Now().Add(-boot)})
	}
	return nil
}

func (r *rental) Leave(fleet.Member) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.left++
}

// TestARunWhoseNodesComeAndGo has the Result that one node would have, but for the users of the one that is late.
func TestARunWhoseNodesComeAndGo(t *testing.T) {
	const slow = 8*time.Minute + 4440*time.Millisecond // so that no user ends at the moment at which an iteration does
	ramp := func() plan.Plan {
		p := planOf("shop")
		s := &p.Scenarios[0]
		stage := func(users int) plan.Stage { return plan.Stage{Duration: plan.Duration(slow), Target: &users} }
		plan.Options{Stages: []plan.Stage{stage(12), stage(0)}}.Apply(s)
		s.Thresholds = []threshold.Spec{{Metric: "iterations", Expression: "count>1"}}
		return p
	}
	synctest.Test(t, func(t *testing.T) {
		alone, err := newController(&fakeEngine{}, &recordingSink{}).Run(t.Context(), ramp(), nil)
		if err != nil {
			t.Fatal(err)
		}
		sink, r := &recordingSink{}, &rental{}
		c := newController(&fakeEngine{}, sink)
		var first fleet.Member
		if err := r.Bring(t.Context(), 1, func(m fleet.Member) { first = m }); err != nil {
			t.Fatal(err)
		}
		f, err := fleet.New([]fleet.Member{first}, c.Log)
		if err != nil {
			t.Fatal(err)
		}
		f.Elastic = &fleet.Elastic{PerNode: 3, Supply: r}
		c.Node, c.Lead = f, 2*time.Second
		results, err := c.Run(t.Context(), ramp(), nil)
		if err != nil || len(results) != 1 {
			t.Fatalf("%d results, %v", len(results), err)
		}
		one, many := alone[0].Global, results[0].Global
		if many.Users != one.Users {
			t.Errorf("%+v users, want %+v as on one node", many.Users, one.Users)
		}
		if missing := iterations(one) - iterations(many); missing != 5 {
			t.Errorf("%d iterations, want five less than the %d of one node", iterations(many), iterations(one))
		}
		if r.asked != 4 || r.left != 3 || len(results[0].Nodes) != 4 || results[0].Machines == nil || results[0].Machines.Most != 4 {
			t.Errorf("%d nodes were asked for, %d have left, and the Result has %d: %+v", r.asked, r.left, len(results[0].Nodes), results[0].Machines)
		}
		if !results[0].Thresholds[0].OK {
			t.Errorf("the threshold is not met: %+v", results[0].Thresholds)
		}
		notes := results[0].Health.Notes
		if len(notes) != 2 || notes[0] != "node m3 joined 5s after its users were due: they began late" || !strings.HasPrefix(notes[1], "machines came and went with the load: 4 machines at once at most, 41.0 machine-minutes") {
			t.Errorf("notes %q", notes)
		}
		counts := slices.Compact(many.TimeSeries.NodeCount)
		if fmt.Sprint(counts) != "[1 2 3 4 3 2 1]" {
			t.Errorf("nodes over time: %v", counts)
		}
		checkLast(t, sink)
	})
}
