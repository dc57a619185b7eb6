package cluster

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/threshold"
	"github.com/liveload/liveload/plan"
)

// A stuckUser has iterations that never end by themselves, after a first one that fails.
type stuckUser struct{ waitingScript }

func (s stuckUser) RunIteration(ctx context.Context, _ browserpool.Session, n int) (bool, error) {
	if n == 1 {
		return false, errors.New("out of stock")
	}
	<-ctx.Done()
	return false, context.Cause(ctx)
}

func withThresholds(p plan.Plan, specs ...threshold.Spec) plan.Plan {
	p.Scenarios[0].Thresholds = specs
	return p
}

func TestThresholdsAreInTheResult(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := &recordingSink{}
		p := withThresholds(planOf("first", "second"),
			threshold.Spec{Metric: "action_duration_us{operation:click}", Expression: "p(95)<250ms"},
			threshold.Spec{Metric: "iterations", Expression: "count>=21"},
			threshold.Spec{Metric: "iterations{scenario:second}", Expression: "count>99"},
			threshold.Spec{Metric: "step_duration_us", Expression: "max<1s"})
		results, err := newController(&fakeEngine{}, sink).Run(t.Context(), p, nil)
		if err != nil || len(results) != 2 {
			t.Fatalf("Run = %d results, %v; a threshold that is not met is no error", len(results), err)
		}
		got := results[0].Thresholds
		if len(got) != 3 || !got[0].OK || threshold.Describe(got[0]) != "5 ms" || got[1].OK || *got[1].Value != 20 || got[2].OK || got[2].Value != nil {
			t.Errorf("outcomes %+v; want the click met with 5 ms, 20 iterations too few, and no step measured", got)
		}
		if results[0].Global.ElapsedMS != 10_000 || len(results[1].Thresholds) != 0 || len(results[0].Health.Notes) != 0 {
			t.Errorf("%d ms, notes %q, thresholds of the second: %+v", results[0].Global.ElapsedMS, results[0].Health.Notes, results[1].Thresholds)
		}
	})
}

func TestAThresholdEndsTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := &recordingSink{}
		c := newController(&fakeEngine{}, sink)
		p := withThresholds(planOf("first", "never"),
			threshold.Spec{Metric: "iterations", Expression: "count<3", AbortOnFail: true, Delay: 4 * time.Second})
		results, err := c.Run(t.Context(), p, nil)
		if err != nil || len(results) != 1 {
			t.Fatalf("Run = %d results, %v; want one of the scenario that was ended", len(results), err)
		}
		r := results[0]
		// After four seconds, in which each of two users has done four; both finish what they do then.
		if n := r.Global.Counters["iterations"].Aggregate; r.Global.ElapsedMS > 5000 || n < 8 || n > 10 || r.Global.Users.Total != 2 {
			t.Errorf("%d iterations in %d ms, users %+v; want the running ones finished within a second", n, r.Global.ElapsedMS, r.Global.Users)
		}
		want := "ended early: the threshold iterations: count<3 was not met (" + threshold.Describe(r.Thresholds[0]) + ") after 4s; no iteration began any more, the running ones were finished"
		if notes := strings.Join(r.Health.Notes, "|"); notes != want || r.Thresholds[0].OK {
			t.Errorf("notes %q\nwant  %q", notes, want)
		}
		if live := c.Latest().Scenarios[0].State.Thresholds; len(live) != 1 || live[0].OK {
			t.Errorf("live thresholds are %+v", live)
		}
		checkLast(t, sink)
	})
}

func TestIterationsThatDoNotEndAreInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		engine := &fakeEngine{}
		c := newController(engine, &recordingSink{})
		p := withThresholds(planOf("stuck"), threshold.Spec{Metric: "iteration_failures", Expression: "rate<1%", AbortOnFail: true})
		p.Scenarios[0].OnFailure, p.Scenarios[0].Duration = plan.Continue, plan.Duration(time.Hour)
		p.Scenarios[0].IterationTimeout = plan.Duration(time.Hour)
		results, err := c.Run(t.Context(), p, nil)
		if err != nil {
			t.Fatal(err)
		}
		r := results[0]
		if elapsed := time.Duration(r.Global.ElapsedMS) * time.Millisecond; elapsed < abortGrace || elapsed > abortGrace+5*time.Second || engine.closed != 3 {
			t.Errorf("the run took %v with a grace of %v, %d sessions closed", elapsed, abortGrace, engine.closed)
		}
		if notes := strings.Join(r.Health.Notes, "|"); !strings.Contains(notes, "was not met (100 %) after 1s; iterations that took longer than another 30s were interrupted") {
			t.Errorf("notes %q", notes)
		}
		if n := r.Global.Counters[metrics.Iterations.Name]; n.Aggregate != 2 || n.By["failed"] != 2 {
			t.Errorf("iterations %+v; what was interrupted must not count", n)
		}
	})
}

func TestAThresholdThatCannotBeUnderstoodIsAnErrorBeforeTheStart(t *testing.T) {
	engine := &fakeEngine{}
	p := withThresholds(planOf("first"), threshold.Spec{Metric: "iteratoins", Expression: "count>5"})
	results, err := newController(engine, &recordingSink{}).Run(t.Context(), p, nil)
	var mistake *threshold.Error
	if !errors.As(err, &mistake) || len(results) != 1 || results[0].Error == "" || engine.opened != 0 {
		t.Errorf("Run = %+v, %v with %d sessions; want the mistake and no browser", results, err, engine.opened)
	}
}

// Metrics that a script declares are known when the controller is told of them.
func TestThresholdsOfDeclaredMetrics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		registry := metrics.NewRegistry()
		carts, err := registry.Register(metrics.Metric{Name: "carts", Kind: metrics.Counter, Unit: metrics.Events})
		if err != nil {
			t.Fatal(err)
		}
		engine := &fakeEngine{}
		engine.onClose = func() { engine.recorder.Add(carts, metrics.Labels{}, 1) }
		c := newController(engine, &recordingSink{})
		c.Metrics = registry
		results, err := c.Run(t.Context(), withThresholds(planOf("first"), threshold.Spec{Metric: "carts", Expression: "count>0"}), nil)
		if err != nil || len(results[0].Thresholds) != 1 || !results[0].Thresholds[0].OK {
			t.Errorf("Run = %+v, %v; want the threshold of a declared metric met", results, err)
		}
	})
}
