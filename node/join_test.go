package node

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/plan/shape"
)

// TestSnapshotsOfANodeThatJoinsLater end with the seconds of the run, and have what happened since it joined.
func TestSnapshotsOfANodeThatJoinsLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var made, open atomic.Int32
		local := &Local{
			Metrics: metrics.NewRegistry(), NodeName: "here", Log: quiet(), Probe: &Machine{Cores: 1},
			Load: func(context.Context, *plan.Scenario, Shared) (Script, error) {
				return countingScript{&made, &open}, nil
			},
			Open: func(context.Context, browserpool.Recorder) (browserpool.Engine, error) { return fakeEngine{}, nil },
		}
		scenario := testScenario("shop", func(s *plan.Scenario) {
			s.Users, s.IterationsPerUser, s.Segment, s.Joins = 4, 1, shape.Segments([]int{1, 1})[1], plan.Duration(7*time.Second)
		})
		start := time.Now()
		job, err := local.Prepare(t.Context(), []plan.Scenario{scenario}, nil)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(7300 * time.Millisecond)
		drain, events := make(chan struct{}), make(chan Event)
		go func() {
			defer close(events)
			if err := job.Run(t.Context(), start, drain, events); err != nil {
				t.Error(err)
			}
		}()
		var spans []time.Duration
		for e := range events {
			if e.Snapshot == nil || e.Snapshot.Last {
				continue
			}
			if spans = append(spans, e.Snapshot.From.Sub(start), e.Snapshot.To.Sub(start)); len(spans) == 4 {
				close(drain)
			}
		}
		if want := [4]time.Duration{7300 * time.Millisecond, 9 * time.Second, 9 * time.Second, 10 * time.Second}; [4]time.Duration(spans) != want {
			t.Errorf("snapshots from and to %v, want %v", spans, want)
		}
		if made.Load() != 2 {
			t.Errorf("%d users were made, want 2", made.Load())
		}
		if err := job.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
}
