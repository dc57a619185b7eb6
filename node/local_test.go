package node

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/jsmodules/liveload"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/runner"
	"github.com/liveload/liveload/runner/evidence"
)

// A countingScript counts the users that were made, and those that are not closed. It is the only scenario of its file.
type countingScript struct{ made, open *atomic.Int32 }

func (s countingScript) Scenario(*plan.Scenario, liveload.Recorder, browserpool.PageLabeler, *evidence.Store) runner.Script {
	return s
}

func (s countingScript) NewUser(runner.Identity) (runner.User, error) {
	s.made.Add(1)
	s.open.Add(1)
	return s, nil
}

func (s countingScript) RunIteration(context.Context, browserpool.Session, int) (bool, error) {
	return false, nil
}

func (s countingScript) Close() { s.open.Add(-1) }

// TestUsersOfABatchThatDoesNotStart: those that were made already are closed, whatever keeps it from starting.
func TestUsersOfABatchThatDoesNotStart(t *testing.T) {
	for _, c := range []struct {
		name   string
		second func(*plan.Scenario)
		made   int32
	}{
		{"no browser", nil, 2},
		{"broken", func(s *plan.Scenario) { s.URLGroups = []metrics.URLGroup{{Pattern: "["}} }, 1},
	} {
		var made, open atomic.Int32
		local := &Local{
			Metrics:  metrics.NewRegistry(),
			NodeName: "here", Log: quiet(),
			Load: func(context.Context, *plan.Scenario, Shared) (Script, error) {
				return countingScript{&made, &open}, nil
			},
			Open: func(context.Context, browserpool.Recorder) (browserpool.Engine, error) {
				return fakeEngine{refuse: errors.New("no browser")}, nil
			},
		}
		if _, err := local.Prepare(t.Context(), []plan.Scenario{testScenario("first", nil), testScenario("second", c.second)}, nil); err == nil {
			t.Fatal("the batch was prepared")
		}
		if made.Load() != c.made || open.Load() != 0 {
			t.Errorf("%s: %d users were made, want %d; %d are left", c.name, made.Load(), c.made, open.Load())
		}
	}
}
