package cluster

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"github.com/liveload/liveload/jsmodules/liveload"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/runner"
)

// A countingScript counts the users that are not closed.
type countingScript struct {
	waitingScript
	open *atomic.Int32
}

func (s countingScript) NewUser(runner.UserInfo) (runner.User, error) {
	s.open.Add(1)
	return s, nil
}

func (s countingScript) Close() { s.open.Add(-1) }

// TestUsersOfABatchThatDoesNotStart: those that were made already are closed, whatever keeps it from starting.
func TestUsersOfABatchThatDoesNotStart(t *testing.T) {
	for _, second := range []string{"broken", "last"} {
		var open atomic.Int32
		c := newController(&fakeEngine{refuse: errors.New("no browser")}, &recordingSink{})
		node := c.Node.(*Local)
		load, made := node.Load, int32(0)
		node.Load = func(ctx context.Context, plan *plan.Scenario, beside runner.Script, note OperationFunc, recorder liveload.Recorder) (runner.Script, error) {
			made = max(made, open.Load())
			if _, err := load(ctx, plan, beside, note, recorder); err != nil {
				return nil, err
			}
			return countingScript{waitingScript{note}, &open}, nil
		}
		if _, err := node.Prepare(t.Context(), planOf("first", second).Scenarios); err == nil {
			t.Fatal("the batch was prepared")
		}
		if made != 2 || open.Load() != 0 {
			t.Errorf("with %q: %d users were made, %d are left", second, made, open.Load())
		}
	}
}
