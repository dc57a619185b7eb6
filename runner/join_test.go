package runner

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/cluster/elastic"
	"github.com/liveload/liveload/plan"
)

// comingAndGoing runs a plan on nodes that join when they are needed, most of them a little earlier, and leave when they
// are not. It returns the iterations that they began, in order, and how many nodes there were.
func comingAndGoing(t *testing.T, o plan.Options, perNode int) (all []begun, nodes int) {
	t.Helper()
	r := rand.New(rand.NewPCG(31, 32))
	start := time.Now()
	var mu sync.Mutex
	script := &fakeScript{iterate: func(ctx context.Context, _ browserpool.Session, identity Identity, _ int) (bool, error) {
		mu.Lock()
		all = append(all, begun{identity.ID, time.Since(start)})
		mu.Unlock()
		return false, work(ctx, iterationOf)
	}}
	batch := []plan.Scenario{testScenario(func(p *plan.Scenario) { o.Apply(p); p.FirstExtra = 1001 })}
	machines := elastic.New(batch, elastic.Options{PerNode: perNode})
	var running sync.WaitGroup
	for k, place := range machines.Places {
		for _, period := range place.Periods {
			early, drain := time.Duration(r.IntN(2000))*time.Millisecond, make(chan struct{})
			node, _ := newRun(machines.Scenarios(k, period.From)[0], script, &fakePool{})
			node.Drain = drain
			nodes++
			running.Go(func() {
				time.Sleep(period.From - early)
				time.AfterFunc(time.Until(start.Add(period.Until+time.Second)), func() { close(drain) })
				if err := node.Do(t.Context(), start); err != nil {
					t.Error(err)
				}
			})
		}
	}
	running.Wait()
	slices.SortFunc(all, func(a, b begun) int { return int(a.at - b.at) })
	return all, nodes
}

// TestNodesThatComeAndGoBeginWhatOneWouldBegin: all iterations begin when they would on one node that is there all the time.
func TestNodesThatComeAndGoBeginWhatOneWouldBegin(t *testing.T) {
	stage := func(users int) plan.Stage {
		return plan.Stage{Duration: plan.Duration(10 * time.Second), Target: &users}
	}
	rate := func(n int64) plan.Stage {
		return plan.Stage{Duration: plan.Duration(10 * time.Second), Rate: perSec(n)}
	}
	for name, test := range map[string]struct {
		options plan.Options
		nodes   int
	}{
		"up and down":        {plan.Options{Stages: []plan.Stage{stage(12), stage(0)}}, 4},
		"twice":              {plan.Options{Stages: []plan.Stage{stage(12), stage(2), stage(10), stage(0)}}, 7},
		"users one by one":   {plan.Options{Users: new(12), RampUp: new(8 * time.Second), Duration: new(10 * time.Second)}, 4},
		"users, all at once": {plan.Options{Users: new(12), Duration: new(10 * time.Second)}, 4},
		"a rate":             {plan.Options{Rate: perSec(6), MaxUsers: new(36), Duration: new(10 * time.Second)}, 12},
		"a rate up and down": {plan.Options{Rate: perSec(0), MaxUsers: new(36), Stages: []plan.Stage{rate(9), rate(0)}}, 12},
		"a rate, twice":      {plan.Options{Rate: perSec(1), MaxUsers: new(36), Stages: []plan.Stage{rate(9), rate(1), rate(8)}}, 21},
		"iterations":         {plan.Options{Users: new(12), IterationsPerUser: new(4), Duration: new(20 * time.Second)}, 4},
		"shared iterations":  {plan.Options{Users: new(12), Iterations: new(50), Duration: new(20 * time.Second)}, 4},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				want, _ := together(t, test.options, nil, nil)
				got, nodes := comingAndGoing(t, test.options, 3)
				if len(want) == 0 || !slices.Equal(times(got), times(want)) {
					t.Errorf("%d iterations at %v\nwant %d at %v", len(got), times(got), len(want), times(want))
				}
				if nodes != test.nodes {
					t.Errorf("%d nodes come and go, want %d", nodes, test.nodes)
				}
			})
		})
	}
}
