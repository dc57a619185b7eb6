package threshold

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
)

// A clockwork is a run whose numbers a test sets.
type clockwork struct {
	elapsed   time.Duration
	startTime time.Duration // of the scenario
	counts    map[string]int64
}

func (c *clockwork) state() *metrics.State {
	state := &metrics.State{Elapsed: c.elapsed, ScenarioElapsed: max(c.elapsed-c.startTime, 0)}
	for _, name := range slices.Sorted(maps.Keys(c.counts)) {
		state.Totals = append(state.Totals, metrics.Series{Metric: name, Count: c.counts[name]})
	}
	return state
}

func watch(t *testing.T, specs ...Spec) *Tracker {
	t.Helper()
	all, err := CompileAll(specs, "shop", known(t))
	if err != nil {
		t.Fatal(err)
	}
	return NewTracker(all)
}

func oks(w *Tracker) (all []bool) {
	for _, o := range w.Outcomes() {
		all = append(all, o.OK)
	}
	return all
}

func TestTrackerFollowsARun(t *testing.T) {
	run := &clockwork{elapsed: 5 * time.Second, counts: map[string]int64{"iterations": 3}}
	w := watch(t, Spec{Metric: "iterations", Expression: "count>5"})
	w.Update(run.state())
	if w.Broken() != nil || !slices.Equal(oks(w), []bool{false}) {
		t.Errorf("broken %v, outcomes %+v; want one that is not met and asks for nothing", w.Broken(), w.Outcomes())
	}
	run.counts["iterations"] = 6
	if w.Finish(run.state()); !w.Outcomes()[0].OK || *w.Outcomes()[0].Value != 6 {
		t.Errorf("at the end it stands at %+v, want 6 and met", w.Outcomes()[0])
	}
}

func TestTrackerEndsARunAfterTheDelay(t *testing.T) {
	run := &clockwork{counts: map[string]int64{"iterations": 10, "iteration_failures": 5}}
	w := watch(t,
		Spec{Metric: "iterations", Expression: "count>100"}, // not met either, but patient
		Spec{Metric: "iteration_failures", Expression: "rate<1%", AbortOnFail: true, Delay: 3 * time.Second})
	for s := 1; s <= 2; s++ {
		run.elapsed = time.Duration(s) * time.Second
		if w.Update(run.state()); w.Broken() != nil {
			t.Fatalf("after %v it is broken already: %v", run.elapsed, w.Broken())
		}
	}
	run.elapsed = 3 * time.Second
	w.Update(run.state())
	broken := w.Broken()
	if broken == nil || broken.String() != "the threshold iteration_failures: rate<1% was not met (50 %) after 3s" {
		t.Fatalf("broken = %v, want the second threshold", broken)
	}
	// The iterations that were under way end well: the others follow, the broken one stays.
	run.counts, run.elapsed = map[string]int64{"iterations": 1000, "iteration_failures": 5}, 5*time.Second
	w.Update(run.state())
	w.Finish(run.state())
	if !slices.Equal(oks(w), []bool{true, false}) || *w.Outcomes()[1].Value != 0.5 || w.Broken() != broken {
		t.Errorf("at the end: %+v, broken %v", w.Outcomes(), w.Broken())
	}
}

// TestTheDelayIsOfTheScenario, which begins later than the run.
func TestTheDelayIsOfTheScenario(t *testing.T) {
	run := &clockwork{startTime: 10 * time.Second, counts: map[string]int64{"iterations": 0}}
	w := watch(t,
		Spec{Metric: "iterations", Expression: "rate>2/s", AbortOnFail: true, Delay: 3 * time.Second},
		Spec{Metric: "iterations", Expression: "count>2", AbortOnFail: true})
	for s := 1; s <= 10; s++ {
		run.elapsed = time.Duration(s) * time.Second
		if w.Update(run.state()); w.Broken() != nil {
			t.Fatalf("after %v, before the scenario begins: %v", run.elapsed, w.Broken())
		}
	}
	for s := 11; s <= 13; s++ {
		run.elapsed, run.counts["iterations"] = time.Duration(s)*time.Second, int64(3+s-11)
		if w.Update(run.state()); (w.Broken() != nil) != (s == 13) {
			t.Fatalf("after %v: %v", run.elapsed, w.Broken())
		}
	}
	if value := *w.Broken().Outcome.Value; value < 1.6 || value > 1.7 {
		t.Errorf("5 iterations in 3 s of the scenario are %v a second", value)
	}
}

func TestWhatWasNeverMeasured(t *testing.T) {
	run := &clockwork{}
	w := watch(t,
		Spec{Metric: "checks{name:cart}", Expression: "rate>99%", AbortOnFail: true},
		Spec{Metric: events, Expression: "p(95)<1s", Optional: true},
		Spec{Metric: "browser_js_errors", Expression: "count==0"})
	before := oks(w)
	run.elapsed = time.Minute
	w.Update(run.state())
	if w.Broken() != nil {
		t.Errorf("nothing was measured yet, but %v", w.Broken())
	}
	w.Finish(run.state())
	if !slices.Equal(before, []bool{false, true, false}) || !slices.Equal(oks(w), []bool{false, true, true}) {
		t.Errorf("outcomes %v, then %+v; want a failure, an optional one that is fine, and a count of 0", before, w.Outcomes())
	}
	if o := w.Outcomes(); o[0].Value != nil || o[1].Value != nil || *o[2].Value != 0 {
		t.Errorf("values %+v; want none for the first two", o)
	}
}

// TestWhenAThresholdFailed: the last time that it stopped being met counts, and nothing while it is met, or never was.
func TestWhenAThresholdFailed(t *testing.T) {
	run := &clockwork{counts: map[string]int64{"iterations": 3}}
	w, never := watch(t, Spec{Metric: "iterations", Expression: "count<5"}), watch(t, Spec{Metric: "iterations", Expression: "count>90"})
	var got []int64
	for second, n := range []int64{3, 7, 8, 4, 9} {
		run.elapsed, run.counts["iterations"] = time.Duration(second+1)*time.Second, n
		w.Update(run.state())
		never.Update(run.state())
		got = append(got, w.Outcomes()[0].FailedMS)
	}
	if want := []int64{0, 2000, 2000, 0, 5000}; !slices.Equal(got, want) || never.Outcomes()[0].FailedMS != 0 {
		t.Errorf("it failed after %v ms, want %v; one that never was met: %+v", got, want, never.Outcomes()[0])
	}
}
