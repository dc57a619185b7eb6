package cluster

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/plan/shape"
	"github.com/liveload/liveload/runner"
)

// A counter serves one iteration after the other: those that it cannot serve at once wait in a line.
type counter struct {
	takes time.Duration

	mu   sync.Mutex
	free time.Time // when all in the line were served
}

func (c *counter) NewUser(runner.Identity) (runner.User, error) { return c, nil }
func (c *counter) Close()                                       {}
func (c *counter) RunIteration(context.Context, browserpool.Session, int) (bool, error) {
	c.mu.Lock()
	if now := time.Now(); c.free.Before(now) {
		c.free = now
	}
	c.free = c.free.Add(c.takes)
	served := c.free
	c.mu.Unlock()
	time.Sleep(time.Until(served))
	return false, nil
}

// TestTheLineOfOneLoadIsNotJudgedInTheNext: a rate that is too high leaves a line, in which iterations of the
// next rate would wait although it is one that the application bears.
func TestTheLineOfOneLoadIsNotJudgedInTheNext(t *testing.T) {
	for _, perMinute := range []int{180, 300, 540} {
		synctest.Test(t, func(t *testing.T) {
			find := plan.FindLimit{Rate: &plan.RateRange{Start: shape.Rate{Count: 1, Per: time.Second}, Most: shape.Rate{Count: 1000, Per: time.Second}}}
			c, _, p := searching(&crowdedApp{}, 1, find, "iteration_response_us:p(95)<1s")
			app := &counter{takes: time.Minute / time.Duration(perMinute)}
			c.Node.(*node.Local).Load = func(context.Context, *plan.Scenario, node.Shared) (node.Script, error) {
				return sameScript{app}, nil
			}
			results, err := c.Run(t.Context(), p, nil)
			if err != nil || len(results) != 1 || results[0].Limit == nil {
				t.Fatalf("Run = %+v, %v", results, err)
			}
			l := results[0].Limit
			if held := fmt.Sprint(*l.Held); held != fmt.Sprint(float64(perMinute)/60) {
				t.Errorf("of %d a minute %s a second held: %s: %s", perMinute, held, way(l), l.Statement)
			}
			checkSteps(t, l)
		})
	}
}
