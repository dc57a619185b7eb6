package fleet

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/liveload/liveload/cluster/shared"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
)

// TestPrepareTakesTooLong: all nodes are named that are not ready, and the others are closed.
func TestPrepareTakesTooLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		stuck := func(ctx context.Context) error { <-ctx.Done(); return context.Cause(ctx) }
		nodes := []*fakeNode{{}}
		for range 12 {
			nodes = append(nodes, &fakeNode{prepare: stuck})
		}
		began := time.Now()
		_, err := newFleet(t, nodes...).Prepare(t.Context(), batch(), nil)
		want := "prepare node b, c, d, e, f, g, h, i, j, k and 2 more: it took longer than 5m0s"
		if err == nil || err.Error() != want || time.Since(began) != 5*time.Minute || nodes[0].closed != 1 {
			t.Errorf("%v after %v, and the ready node was closed %d times; want %s", err, time.Since(began), nodes[0].closed, want)
		}
	})
}

// endless reports snapshots until it is stopped, as a node does whose users never end; none at the moments at which tests expect
// something.
func endless(ctx context.Context, report func(node.Event)) error {
	for wait(ctx, 700*time.Millisecond) {
		report(node.Event{Snapshot: &metrics.Snapshot{}})
	}
	return context.Cause(ctx)
}

// TestUsersThatNeverEnd: their node is lost with its name and the reason, and the run ends for the others. Those that have
// ended their part and wait for it are not.
func TestUsersThatNeverEnd(t *testing.T) {
	for name, test := range map[string]struct {
		plan  plan.Scenario
		drain time.Duration // 0 is never
		lost  time.Duration
		why   string
	}{
		"after the planned end":  {plan.Scenario{Duration: plan.Duration(20 * time.Second), IterationTimeout: plan.Duration(2 * time.Minute)}, 0, 200 * time.Second, "its users have not ended within 3m0s after the end of the load"},
		"after an early end":     {plan.Scenario{Duration: plan.Duration(20 * time.Second), IterationTimeout: plan.Duration(10 * time.Second)}, 5 * time.Second, 75 * time.Second, "its users have not ended within 1m10s after the end of the load"},
		"without a planned end":  {plan.Scenario{Iterations: 7, IterationTimeout: plan.Duration(time.Minute)}, 30 * time.Second, 150 * time.Second, "its users have not ended within 2m0s after the end of the load"},
		"that starts much later": {plan.Scenario{Duration: plan.Duration(20 * time.Second), StartTime: plan.Duration(time.Minute), IterationTimeout: plan.Duration(2 * time.Minute)}, 0, 260 * time.Second, "its users have not ended within 3m0s after the end of the load"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ends := func(ctx context.Context, report func(node.Event)) error {
					report(node.Event{Ended: "buy"})
					return endless(ctx, report)
				}
				patient := &fakeNode{}
				patient.run = func(ctx context.Context, report func(node.Event)) error {
					report(node.Event{Ended: "buy"})
					for {
						select {
						case <-patient.drain:
							return nil
						case <-ctx.Done():
							return context.Cause(ctx)
						case <-time.After(time.Second):
							report(node.Event{Snapshot: &metrics.Snapshot{}})
						}
					}
				}
				nodes := []*fakeNode{patient, {run: endless}}
				if test.drain > 0 {
					nodes = append(nodes, &fakeNode{run: ends})
				}
				test.plan.Name, test.plan.Users = "buy", 5
				job, err := newFleet(t, nodes...).Prepare(t.Context(), []plan.Scenario{test.plan}, &shared.Local{})
				if err != nil {
					t.Fatal(err)
				}
				start, events, drain := time.Now(), make(chan node.Event), make(chan struct{})
				if test.drain > 0 {
					time.AfterFunc(test.drain, func() { close(drain) })
				}
				go func() {
					defer close(events)
					if err := job.Run(t.Context(), start, drain, events); err != nil {
						t.Error(err)
					}
				}()
				var lost []string
				for e := range events {
					if e.Lost == "" {
						continue
					}
					lost = append(lost, e.Node)
					if e.Lost != test.why || time.Since(start) != test.lost {
						t.Errorf("%s is lost after %v: %s; want %v: %s", e.Node, time.Since(start), e.Lost, test.lost, test.why)
					}
				}
				slices.Sort(lost)
				want := "b"
				if test.drain > 0 {
					want = "b c" // which reported the end of its part, but not that of its job
				}
				if got := strings.Join(lost, " "); got != want {
					t.Errorf("lost are %s, want %s", got, want)
				}
			})
		})
	}
}

// TestStoppedButStuck: a node that does not come to an end when all are stopped is lost, and told.
func TestStoppedButStuck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		stuck := func(ctx context.Context, report func(node.Event)) error {
			_ = endless(ctx, report)
			time.Sleep(20 * time.Second)
			return errors.New("it has not stopped within 20s")
		}
		reported, _, err := run(t, ctx, &fakeNode{run: endless}, &fakeNode{run: stuck})
		if want := []string{"24s b lost: it has not stopped within 20s"}; !slices.Equal(reported, want) || err != nil {
			t.Errorf("reported %q, %v; want %q", reported, err, want)
		}
	})
}
