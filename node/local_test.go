package node

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/jsmodules/liveload"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/runner"
)

// A countingScript counts the users that are not closed.
type countingScript struct{ open *atomic.Int32 }

func (s countingScript) NewUser(runner.Identity) (runner.User, error) {
	s.open.Add(1)
	return s, nil
}

func (s countingScript) RunIteration(context.Context, browserpool.Session, int) (bool, error) {
	return false, nil
}

func (s countingScript) Close() { s.open.Add(-1) }

// TestUsersOfABatchThatDoesNotStart: those that were made already are closed, whatever keeps it from starting.
func TestUsersOfABatchThatDoesNotStart(t *testing.T) {
	for _, second := range []string{"broken", "last"} {
		var open, made atomic.Int32
		local := &Local{
			NodeName: "here", Log: quiet(),
			Load: func(_ context.Context, scenario *plan.Scenario, _ runner.Script, _ Shared, _ liveload.Recorder) (runner.Script, error) {
				made.Store(max(made.Load(), open.Load()))
				if scenario.Name == "broken" {
					return nil, errors.New("config: no database")
				}
				return countingScript{&open}, nil
			},
			Open: func(context.Context, browserpool.Recorder) (browserpool.Engine, error) {
				return fakeEngine{refuse: errors.New("no browser")}, nil
			},
		}
		two := func(s *plan.Scenario) { s.Users = 2 }
		if _, err := local.Prepare(t.Context(), []plan.Scenario{testScenario("first", two), testScenario(second, two)}, nil); err == nil {
			t.Fatal("the batch was prepared")
		}
		if made.Load() != 2 || open.Load() != 0 {
			t.Errorf("with %q: %d users were made, %d are left", second, made.Load(), open.Load())
		}
	}
}
