package runner

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/plan/shape"
)

// A begun iteration is one of a user, at a time since the start.
type begun struct {
	user int
	at   time.Duration
}

// together runs a plan on nodes with these weights, nil for one alone, and returns the iterations that they
// began, in order, and which nodes each user was on. A command comes after a while, unless it is nil.
func together(t *testing.T, o plan.Options, weights []int, cmd *plan.Command) (all []begun, nodes map[int][]int) {
	t.Helper()
	start := time.Now()
	nodes = map[int][]int{}
	var mu sync.Mutex
	run := func(node int, segment *shape.Segment) func() {
		p := testScenario(func(p *plan.Scenario) { o.Apply(p); p.FirstExtra, p.Segment = 1001, segment })
		script := &fakeScript{iterate: func(ctx context.Context, _ browserpool.Session, identity Identity, _ int) (bool, error) {
			mu.Lock()
			all = append(all, begun{identity.ID, time.Since(start)})
			if !slices.Contains(nodes[identity.ID], node) {
				nodes[identity.ID] = append(nodes[identity.ID], node)
			}
			mu.Unlock()
			return false, work(ctx, iterationOf)
		}}
		r, _ := newRun(p, script, &fakePool{})
		if cmd != nil {
			time.AfterFunc(4500*time.Millisecond, func() { _ = r.Control.Steer(*cmd) }) // it may have ended
		}
		return func() {
			if err := r.Do(t.Context(), time.Now()); err != nil {
				t.Error(err)
			}
		}
	}
	var running sync.WaitGroup
	segments := []*shape.Segment{nil}
	if weights != nil {
		segments = shape.Segments(weights)
	}
	for i, segment := range segments {
		running.Go(run(i, segment))
	}
	running.Wait()
	slices.SortFunc(all, func(a, b begun) int { return int(a.at - b.at) })
	return all, nodes
}

func times(all []begun) (at []time.Duration) {
	for _, b := range all {
		at = append(at, b.at)
	}
	return at
}

// TestNodesBeginWhatOneWouldBegin: whatever the load, the nodes and the command, all iterations begin at the
// times at which they would on one node, and no user is on two nodes.
func TestNodesBeginWhatOneWouldBegin(t *testing.T) {
	r := rand.New(rand.NewPCG(13, 14))
	users, rate := &plan.Command{Users: new(9)}, &plan.Command{Rate: perSec(7)}
	tests := []struct {
		name    string
		options plan.Options
		cmd     *plan.Command
	}{
		{"constant users", plan.Options{Users: new(7), RampUp: new(3 * time.Second)}, nil},
		{"constant users, some more", plan.Options{Users: new(7)}, users},
		{"one user, some more", plan.Options{Users: new(1)}, users},
		{"ramping users", plan.Options{Stages: []plan.Stage{{Duration: plan.Duration(5 * time.Second), Target: new(11)}, {Duration: plan.Duration(5 * time.Second), Target: new(3)}}}, nil},
		{"ramping users, some more", plan.Options{Stages: []plan.Stage{{Duration: plan.Duration(9 * time.Second), Target: new(3)}}}, users},
		{"controlled", plan.Options{Users: new(0), Controlled: new(true)}, users},
		{"shared iterations", plan.Options{Iterations: new(23), Users: new(4)}, nil},
		{"fewer iterations than users", plan.Options{Iterations: new(2), Users: new(5)}, nil},
		{"iterations per user", plan.Options{IterationsPerUser: new(3), Users: new(5)}, nil},
		{"a rate", plan.Options{Rate: perSec(9), MaxUsers: new(60), PreStartedUsers: new(20)}, nil},
		{"another rate", plan.Options{Rate: perSec(9), MaxUsers: new(60)}, rate},
		{"a rate for few users", plan.Options{Rate: perSec(2), MaxUsers: new(3)}, nil},
		{"stages of rates", plan.Options{Rate: perSec(1), MaxUsers: new(90), Stages: []plan.Stage{{Duration: plan.Duration(8 * time.Second), Rate: perSec(9)}}}, nil},
	}
	for _, test := range tests {
		if test.options.Stages == nil {
			test.options.Duration = new(10 * time.Second)
		}
		for range 5 {
			weights := make([]int, 2+r.IntN(4))
			for i := range weights {
				weights[i] = 1 + r.IntN(4)
			}
			t.Run(fmt.Sprint(test.name, " ", weights), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					want, _ := together(t, test.options, nil, test.cmd)
					got, nodes := together(t, test.options, weights, test.cmd)
					if len(want) == 0 || !slices.Equal(times(got), times(want)) {
						t.Errorf("%d iterations at %v, want %d at %v", len(got), times(got), len(want), times(want))
					}
					for user, on := range nodes {
						if len(on) > 1 || user < 1 {
							t.Errorf("user %d is on the nodes %v", user, on)
						}
					}
				})
			})
		}
	}
}
