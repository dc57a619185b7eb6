package threshold

import (
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
	asked     int
}

func (c *clockwork) Elapsed() time.Duration { return c.elapsed }

func (c *clockwork) ElapsedOf(string) time.Duration { return max(c.elapsed-c.startTime, 0) }

func (c *clockwork) Total(_, metric string, _ func(string) bool) metrics.Total {
	c.asked++
	return metrics.Total{Count: c.counts[metric]}
}

func watch(t *testing.T, source Source, specs ...Spec) *Watch {
	t.Helper()
	all, err := CompileAll(specs, "shop", known(t))
	if err != nil {
		t.Fatal(err)
	}
	return NewWatch(source, "shop", all)
}

func oks(w *Watch) (all []bool) {
	for _, o := range w.Outcomes() {
		all = append(all, o.OK)
	}
	return all
}

func TestWatchLooksOnceASecond(t *testing.T) {
	run := &clockwork{counts: map[string]int64{"iterations": 3}}
	w := watch(t, run, Spec{Metric: "iterations", Expression: "count>5"})
	looks := 0
	for ms := 0; ms <= 5000; ms += 100 { // ten nodes report
		run.elapsed = time.Duration(ms) * time.Millisecond
		if w.Look() {
			looks++
		}
	}
	if looks != 5 || run.asked != 5 {
		t.Errorf("it looked %d times and read %d numbers in 5 seconds, want 5", looks, run.asked)
	}
	if w.Broken() != nil || !slices.Equal(oks(w), []bool{false}) {
		t.Errorf("broken %v, outcomes %+v; want one that is not met and asks for nothing", w.Broken(), w.Outcomes())
	}
	run.counts["iterations"] = 6
	if w.Finish(); !w.Outcomes()[0].OK || *w.Outcomes()[0].Value != 6 {
		t.Errorf("at the end it stands at %+v, want 6 and met", w.Outcomes()[0])
	}
}

func TestWatchEndsARunAfterTheDelay(t *testing.T) {
	run := &clockwork{counts: map[string]int64{"iterations": 10, "iteration_failures": 5}}
	w := watch(t, run,
		Spec{Metric: "iterations", Expression: "count>100"}, // not met either, but patient
		Spec{Metric: "iteration_failures", Expression: "rate<1%", AbortOnFail: true, Delay: 3 * time.Second})
	for s := 1; s <= 2; s++ {
		run.elapsed = time.Duration(s) * time.Second
		if w.Look(); w.Broken() != nil {
			t.Fatalf("after %v it is broken already: %v", run.elapsed, w.Broken())
		}
	}
	run.elapsed = 3 * time.Second
	w.Look()
	broken := w.Broken()
	if broken == nil || broken.String() != "the threshold iteration_failures: rate<1% was not met (50 %) after 3s" {
		t.Fatalf("broken = %v, want the second threshold", broken)
	}
	// The iterations that were under way end well: the others follow, the broken one stays.
	run.counts, run.elapsed = map[string]int64{"iterations": 1000, "iteration_failures": 5}, 5*time.Second
	w.Look()
	w.Finish()
	if !slices.Equal(oks(w), []bool{true, false}) || *w.Outcomes()[1].Value != 0.5 || w.Broken() != broken {
		t.Errorf("at the end: %+v, broken %v", w.Outcomes(), w.Broken())
	}
}

// TestTheDelayIsOfTheScenario, which begins later than the run.
func TestTheDelayIsOfTheScenario(t *testing.T) {
	run := &clockwork{startTime: 10 * time.Second, counts: map[string]int64{"iterations": 0}}
	w := watch(t, run,
		Spec{Metric: "iterations", Expression: "rate>2/s", AbortOnFail: true, Delay: 3 * time.Second},
		Spec{Metric: "iterations", Expression: "count>2", AbortOnFail: true})
	for s := 1; s <= 10; s++ {
		run.elapsed = time.Duration(s) * time.Second
		if w.Look(); w.Broken() != nil {
			t.Fatalf("after %v, before the scenario begins: %v", run.elapsed, w.Broken())
		}
	}
	for s := 11; s <= 13; s++ {
		run.elapsed, run.counts["iterations"] = time.Duration(s)*time.Second, int64(3+s-11)
		if w.Look(); (w.Broken() != nil) != (s == 13) {
			t.Fatalf("after %v: %v", run.elapsed, w.Broken())
		}
	}
	if value := *w.Broken().Outcome.Value; value < 1.6 || value > 1.7 {
		t.Errorf("5 iterations in 3 s of the scenario are %v a second", value)
	}
}

func TestWhatWasNeverMeasured(t *testing.T) {
	run := &clockwork{}
	w := watch(t, run,
		Spec{Metric: "checks{name:cart}", Expression: "rate>99%", AbortOnFail: true},
		Spec{Metric: events, Expression: "p(95)<1s", Optional: true},
		Spec{Metric: "browser_js_errors", Expression: "count==0"})
	before := oks(w)
	run.elapsed = time.Minute
	w.Look()
	if w.Broken() != nil {
		t.Errorf("nothing was measured yet, but %v", w.Broken())
	}
	w.Finish()
	if !slices.Equal(before, []bool{false, true, false}) || !slices.Equal(oks(w), []bool{false, true, true}) {
		t.Errorf("outcomes %v, then %+v; want a failure, an optional one that is fine, and a count of 0", before, w.Outcomes())
	}
	if o := w.Outcomes(); o[0].Value != nil || o[1].Value != nil || *o[2].Value != 0 {
		t.Errorf("values %+v; want none for the first two", o)
	}
}
