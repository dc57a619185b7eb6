package cluster

import (
	"cmp"
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

// A doomedNode is gone some time after the start.
type doomedNode struct {
	node.Node
	lasts time.Duration // 0 is four and a half seconds
}

func (n doomedNode) Prepare(ctx context.Context, batch []plan.Scenario, shared node.Shared) (node.Job, error) {
	job, err := n.Node.Prepare(ctx, batch, shared)
	return doomedJob{job, cmp.Or(n.lasts, 4500*time.Millisecond)}, err
}

type doomedJob struct {
	node.Job
	lasts time.Duration
}

func (j doomedJob) Run(ctx context.Context, start time.Time, drain <-chan struct{}, events chan<- node.Event) error {
	ctx, cancel := context.WithDeadline(ctx, start.Add(j.lasts))
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
	lost := "node there was lost after 4.5s: the connection is gone; its last report goes up to 4s, and what it did later is missing"
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
				both, err := fleet.New([]fleet.Member{{Node: c.Node, Weight: 1}, {Node: doomedNode{Node: other}, Weight: 1}}, c.Log)
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
		all, err := fleet.New([]fleet.Member{{Node: doomedNode{Node: c.Node}, Weight: 1}}, c.Log)
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

// TestASearchAfterALoss goes on with the nodes that are left, and judges no load by the time in which it was moved. One
// whose loads cannot be made any more ends, with what it has found until then.
func TestASearchAfterALoss(t *testing.T) {
	for policy, want := range map[fleet.OnLoss]struct {
		way, statement, err string
	}{
		fleet.Redistribute: {"1 2 4 8 16a 12a 10 11 12a!", "The application held 11 users; at 12, p(95) of iteration_duration_us was 600 ms, over 575 ms.", ""},
		fleet.Continue:     {"1 2 4", "The search was interrupted. 4 users held.", "scenario shop: look for the limit of shop: a part of the load is missing since node there was lost"},
		fleet.Abort:        {"1 2 4", "The search was interrupted. 4 users held.", "scenario shop: node there was lost, which ends the run (--on-node-loss abort): the connection is gone"},
	} {
		t.Run(string(policy), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				controller, _, p := searching(&crowdedApp{}, 1, upTo(1, 1000), "iteration_duration_us:p(95)<575ms")
				other := *controller.Node.(*node.Local)
				other.NodeName = "there"
				other.Open = func(context.Context, browserpool.Recorder) (browserpool.Engine, error) { return &fakeEngine{}, nil }
				lasts := doomedNode{Node: &other, lasts: 140 * time.Second} // while 8 users are judged
				all, err := fleet.New([]fleet.Member{{Node: controller.Node, Weight: 1}, {Node: lasts, Weight: 3}}, controller.Log)
				if err != nil {
					t.Fatal(err)
				}
				all.OnLoss, controller.Node = policy, all
				results, err := controller.Run(t.Context(), p, nil)
				if len(results) != 1 || results[0].Limit == nil || err == nil != (want.err == "") || err != nil && err.Error() != want.err {
					t.Fatalf("%d results, %v", len(results), err)
				}
				for _, step := range results[0].Limit.Steps {
					if gone := lasts.lasts.Milliseconds(); step.FromMS < gone && gone < step.ToMS {
						t.Errorf("%s was judged from %d to %d ms, but the node was lost at %d", step.Text, step.FromMS, step.ToMS, gone)
					}
				}
				if l := results[0].Limit; way(l) != want.way || l.Statement != want.statement || l.Complete != (err == nil) {
					t.Errorf("way %s, complete %v: %s; want %s: %s", way(l), l.Complete, l.Statement, want.way, want.statement)
				}
			})
		})
	}
}

// A goneNode is there for one script.
type goneNode struct {
	node.Node
	asked *int
}

func (n goneNode) Prepare(ctx context.Context, batch []plan.Scenario, shared node.Shared) (node.Job, error) {
	if *n.asked++; *n.asked > 1 {
		return nil, &node.GoneError{Cause: errors.New("killed")}
	}
	return n.Node.Prepare(ctx, batch, shared)
}

// TestANodeThatIsGoneBetweenScripts: its load begins on those that are left, and the Result says so.
func TestANodeThatIsGoneBetweenScripts(t *testing.T) {
	for policy, want := range map[fleet.OnLoss]struct {
		iterations int64 // of the second script, of which one of two users makes 10
		notes      []string
		err        string
	}{
		fleet.Redistribute: {20, []string{"node there was lost before it began: killed", "users of node there begin elsewhere: 1 on here"}, ""},
		fleet.Continue:     {10, []string{"node there was lost before it began: killed", "the load of node there (1 user) is missing from then on"}, ""},
		fleet.Abort:        {0, nil, "scenario blog: node there was lost, which ends the run (--on-node-loss abort): killed"},
	} {
		t.Run(string(policy), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, other := newController(&fakeEngine{}, &recordingSink{}), newController(&fakeEngine{}, &recordingSink{}).Node.(*node.Local)
				other.NodeName = "there"
				both, err := fleet.New([]fleet.Member{{Node: c.Node, Weight: 1}, {Node: goneNode{other, new(int)}, Weight: 1}}, c.Log)
				if err != nil {
					t.Fatal(err)
				}
				both.OnLoss, c.Node = policy, both
				results, err := c.Run(t.Context(), planOf("shop", "blog", "more"), nil)
				if err == nil != (want.err == "") || err != nil && err.Error() != want.err || iterations(results[0].Global) != 20 {
					t.Fatalf("%+v, %v", results, err)
				}
				if policy == fleet.Abort {
					if len(results) != 2 || results[1].Error == "" {
						t.Errorf("%+v", results)
					}
					return
				}
				if r := results[1]; iterations(r.Global) != want.iterations || !slices.Equal(r.Health.Notes, want.notes) || r.Nodes[1].Status != metrics.NodeError {
					t.Errorf("%d iterations, notes %q, nodes %+v", iterations(r.Global), r.Health.Notes, r.Nodes)
				}
				if r := results[2]; iterations(r.Global) != 20 || r.Health.Notes != nil {
					t.Errorf("the third script has %d iterations, and the notes %q", iterations(r.Global), r.Health.Notes)
				}
			})
		})
	}
}
