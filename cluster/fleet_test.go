package cluster

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/cluster/fleet"
	"github.com/liveload/liveload/metrics"
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
	reported := make(chan node.Event)
	go func() {
		defer close(reported)
		_ = j.Job.Run(ctx, start, drain, reported)
	}()
	for event := range reported {
		if ctx.Err() == nil { // its users do not end, they are gone
			events <- event
		}
	}
	return errors.New("the connection is gone")
}

// TestALostNodeIsTold: the Result has what the node did until then, says that it was lost, and what became of its user.
// The nodes begin together, at a moment that was still to come.
func TestALostNodeIsTold(t *testing.T) {
	lost := "node there was lost after 4s: the connection is gone; its numbers up to then count"
	for policy, want := range map[fleet.OnLoss]struct {
		iterations, elapsed int64 // of the node that is left
		notes, changes      []string
		err                 string
	}{
		fleet.Redistribute: {16, 10_500, []string{lost, "users of node there begin again elsewhere: 1 on here"}, []string{"users of lost node there moved: 1 on here"}, ""},
		fleet.Continue:     {10, 10_000, []string{lost, "the load of node there (1 user) is missing from then on"}, nil, ""},
		fleet.Abort:        {4, 4_500, []string{lost}, nil, "scenario shop: node there was lost, which ends the run (--on-node-loss abort): the connection is gone"},
	} {
		t.Run(string(policy), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sink := &recordingSink{}
				c, other := newController(&fakeEngine{}, sink), newController(&fakeEngine{}, sink).Node.(*node.Local)
				other.NodeName = "there"
				both, err := fleet.New([]fleet.Member{{Node: c.Node, Weight: 1}, {Node: doomedNode{other}, Weight: 1}}, c.Log)
				if err != nil {
					t.Fatal(err)
				}
				both.OnLoss = policy
				c.Node, c.Lead = both, 2*time.Second
				results, err := c.Run(t.Context(), planOf("shop"), nil)
				if len(results) != 1 || err == nil != (want.err == "") || err != nil && err.Error() != want.err {
					t.Fatalf("%d results, %v", len(results), err)
				}
				r := results[0]
				all, here, there := iterations(r.Global), iterations(*r.Nodes[0].Result), iterations(*r.Nodes[1].Result)
				if here != want.iterations || all != here+there || r.Global.ElapsedMS != want.elapsed {
					t.Errorf("%d iterations, %d and %d, in %d ms; want %d for the first node, in %d", all, here, there, r.Global.ElapsedMS, want.iterations, want.elapsed)
				}
				if !slices.Equal(sink.info.Nodes, []string{"here", "there"}) || r.Nodes[1].Status != metrics.NodeLost {
					t.Errorf("the sinks are told of the nodes %q, and the Result of %+v", sink.info.Nodes, r.Nodes[1])
				}
				var changes []string
				for _, change := range r.Changes {
					changes = append(changes, change.String())
				}
				if !slices.Equal(r.Health.Notes, want.notes) || !slices.Equal(changes, want.changes) {
					t.Errorf("notes %q and changes %q, want %q and %q", r.Health.Notes, changes, want.notes, want.changes)
				}
				checkLast(t, sink)
			})
		})
	}
}

// TestAllNodesAreLost: what they had measured is in the Result all the same. A later script of the run has none.
func TestAllNodesAreLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := &recordingSink{}
		c := newController(&fakeEngine{}, sink)
		all, err := fleet.New([]fleet.Member{{Node: doomedNode{c.Node}, Weight: 1}}, c.Log)
		if err != nil {
			t.Fatal(err)
		}
		c.Node = all
		results, err := c.Run(t.Context(), planOf("shop", "blog"), nil)
		if !errors.Is(err, fleet.ErrNoneLeft) || len(results) != 2 || results[0].Error != "" || results[1].Error != "no node is left" {
			t.Fatalf("%+v, %v", results, err)
		}
		if n := iterations(results[0].Global); n < 6 || results[0].Nodes[0].Status != metrics.NodeLost {
			t.Errorf("%d iterations of two users in 4 s, and the node is %s", n, results[0].Nodes[0].Status)
		}
	})
}

func iterations(of metrics.ScenarioResult) int64 {
	return of.Counters[metrics.Iterations.Name].Aggregate
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
