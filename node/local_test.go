package node

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/jsmodules/liveload"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/plan/shape"
	"github.com/liveload/liveload/runner"
	"github.com/liveload/liveload/runner/evidence"
)

// A countingScript counts the users that were made, and those that are not closed. It is the only scenario of its file.
type countingScript struct{ made, open *atomic.Int32 }

func (s countingScript) Files() js.Files { return nil }

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

// TestAPartIsTakenOver: a node whose own users have ended, but that has a segment, goes on with the part of another one.
func TestAPartIsTakenOver(t *testing.T) {
	var made, open atomic.Int32
	local := &Local{
		Metrics: metrics.NewRegistry(), NodeName: "here", Log: quiet(), Probe: &Machine{Cores: 1},
		Load: func(context.Context, *plan.Scenario, Shared) (Script, error) {
			return countingScript{&made, &open}, nil
		},
		Open: func(context.Context, browserpool.Recorder) (browserpool.Engine, error) { return fakeEngine{}, nil },
	}
	segments := shape.Segments([]int{1, 1})
	scenario := testScenario("shop", func(s *plan.Scenario) { s.Users, s.Iterations, s.Segment = 4, 10, segments[0] })
	job, err := local.Prepare(t.Context(), []plan.Scenario{scenario}, nil)
	if err != nil {
		t.Fatal(err)
	}
	drain, events := make(chan struct{}), make(chan Event)
	go func() {
		defer close(events)
		if err := job.Run(t.Context(), time.Now(), drain, events); err != nil {
			t.Error(err)
		}
	}()
	if err := job.TakeOver(t.Context(), []plan.Takeover{{Scenario: "unknown"}}); err == nil {
		t.Error("a part of an unknown scenario was taken over")
	}
	var ended []int
	iterations := int64(0)
	for e := range events {
		switch {
		case e.Snapshot != nil:
			for _, s := range e.Snapshot.Series {
				if s.Metric == metrics.Iterations.Name {
					iterations += s.Count
				}
			}
		case e.Part == 0:
			ended = append(ended, e.Part)
			go func() {
				if err := job.TakeOver(t.Context(), []plan.Takeover{{Part: 7, Scenario: "shop", Segment: segments[1], Iterations: 3}}); err != nil {
					t.Error(err)
				}
			}()
		default:
			ended = append(ended, e.Part)
			close(drain)
		}
	}
	if !slices.Equal(ended, []int{0, 7}) || iterations != 5+3 || made.Load() != 4 {
		t.Errorf("parts %d have ended with %d iterations of %d users, want the own 5 and 3 more, of 4", ended, iterations, made.Load())
	}
	if err := job.TakeOver(t.Context(), []plan.Takeover{{Part: 8, Scenario: "shop", Segment: segments[1], Iterations: 3}}); err == nil {
		t.Error("a part was taken over after the end")
	}
	if err := job.Close(t.Context()); err != nil || open.Load() != 0 {
		t.Errorf("%d users are open, %v", open.Load(), err)
	}
}
