package cluster

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/cluster/fleet"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/plan/shape"
)

// A doomedNode is gone four and a half seconds after the start.
type doomedNode struct{ node.Node }

func (n doomedNode) Prepare(ctx context.Context, batch []plan.Scenario, shared node.Shared) (node.Job, error) {
	job, err := n.Node.Prepare(ctx, batch, shared)
	return doomedJob{job}, err
}

type doomedJob struct{ node.Job }

func (j doomedJob) Run(ctx context.Context, start time.Time, drain <-chan struct{}, events chan<- node.Event) error {
	ctx, cancel := context.WithDeadline(ctx, start.Add(4500*time.Millisecond))
	defer cancel()
	return errors.Join(j.Job.Run(ctx, start, drain, events), errors.New("the connection is gone"))
}

// TestALostNodeIsTold: the Result has what the node did until then, and says that it was lost. The nodes
// begin together, at a moment that was still to come.
func TestALostNodeIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began, sink := time.Now(), &recordingSink{}
		c, other := newController(&fakeEngine{}, sink), newController(&fakeEngine{}, sink).Node.(*node.Local)
		other.NodeName = "there"
		both, err := fleet.New([]fleet.Member{{Node: c.Node, Weight: 1}, {Node: doomedNode{other}, Weight: 1}}, c.Log)
		if err != nil {
			t.Fatal(err)
		}
		c.Node, c.Lead = both, 2*time.Second
		results, err := c.Run(t.Context(), planOf("shop"), nil)
		if err != nil || len(results) != 1 {
			t.Fatalf("%d results, %v", len(results), err)
		}
		r := results[0]
		if n := r.Global.Counters["iterations"].Aggregate; n != 14 || r.Global.ElapsedMS != 10_000 || time.Since(began) != 12*time.Second {
			t.Errorf("%d iterations in %d ms, want the 10 of one node and 4 of the other in 10 s, after a lead of 2 s", n, r.Global.ElapsedMS)
		}
		if !slices.Equal(sink.info.Nodes, []string{"here", "there"}) {
			t.Errorf("the sinks are told of the nodes %q", sink.info.Nodes)
		}
		want := "node there was lost after 5s, and with it its part of the load: the connection is gone"
		if notes := strings.Join(r.Health.Notes, "; "); !strings.Contains(notes, want) {
			t.Errorf("notes %q, want %q", notes, want)
		}
		checkLast(t, sink)
	})
}

// TestAFleetFindsTheSameLimit: each load of a search is divided among the nodes, also one for a single user.
func TestAFleetFindsTheSameLimit(t *testing.T) {
	perSecond := func(n int64) shape.Rate { return shape.Rate{Count: n, Per: time.Second} }
	for _, c := range []struct {
		app     *crowdedApp
		find    plan.FindLimit
		promise string
		way     string
	}{
		{&crowdedApp{}, upTo(1, 1000), "iteration_duration_us:p(95)<575ms", "1 2 4 8 16a 12a 10 11 12a!"},
		{&crowdedApp{perSecond: 21}, plan.FindLimit{Rate: &plan.RateRange{Start: perSecond(8), Most: perSecond(1000)}},
			"iteration_response_us:p(95)<15ms", "8 16 32a 24a 20 22a 21 22a!"},
	} {
		synctest.Test(t, func(t *testing.T) {
			controller, _, p := searching(c.app, 1, c.find, c.promise)
			other := *controller.Node.(*node.Local)
			other.NodeName = "there"
			other.Open = func(context.Context, browserpool.Recorder) (browserpool.Engine, error) { return &fakeEngine{}, nil }
			var err error
			if controller.Node, err = fleet.New([]fleet.Member{{Node: controller.Node, Weight: 1}, {Node: &other, Weight: 3}}, controller.Log); err != nil {
				t.Fatal(err)
			}
			if got := way(find(t, controller, p, nil).Limit); got != c.way {
				t.Errorf("way %s, want %s", got, c.way)
			}
		})
	}
}
