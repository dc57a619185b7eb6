package cluster

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/threshold"
	"github.com/liveload/liveload/plan"
)

// abortGrace is how long iterations that are under way may take after a threshold has ended the run.
const abortGrace = 30 * time.Second

// A checker evaluates the thresholds of the running scenarios, and ends the run when one of them asks for
// that: no more iterations begin, and the running ones may finish within abortGrace. Only the goroutine that
// takes the events uses it.
type checker struct {
	trackers []tracked
	log      *slog.Logger
	broken   *threshold.Broken // what ended the run
	brokenIn string            // the scenario whose threshold that is
	search   *search           // for the limit, which ends the run too; nil without one

	end        func() // closes drained; may be called twice
	drained    <-chan struct{}
	forwarding sync.WaitGroup // of another drain
	bounded    context.Context
	stop       context.CancelFunc // ends bounded
	grace      *time.Timer        // nil until the end
	cut        bool               // the grace was not enough
}

// newChecker returns the checker of a run that ctx and drain can end too. The caller calls release when the run is over.
func newChecker(ctx context.Context, drain <-chan struct{}, log *slog.Logger) *checker {
	drained := make(chan struct{})
	c := &checker{log: log, end: sync.OnceFunc(func() { close(drained) }), drained: drained}
	c.bounded, c.stop = context.WithCancel(ctx)
	c.forwarding.Go(func() {
		select {
		case <-drain:
			c.end()
		case <-drained:
		}
	})
	return c
}

// release ends what belongs to the run, after it. ctx is that of newChecker.
func (c *checker) release(ctx context.Context) {
	c.cut = c.grace != nil && !c.grace.Stop() && ctx.Err() == nil
	c.end()
	c.forwarding.Wait()
	c.stop()
}

// checkSearch refuses a search for the limit that cannot find one.
func checkSearch(batch []plan.Scenario, i int, thresholds []*threshold.Threshold) error {
	switch {
	case batch[i].FindLimit == nil:
	case len(batch) > 1:
		return fmt.Errorf("look for the limit of %s: it runs alongside others, but a search varies a single scenario", batch[i].Name)
	case len(thresholds) == 0:
		return fmt.Errorf("look for the limit of %s: it has no threshold, so nothing says which load it holds", batch[i].Name)
	}
	return nil
}

// compile compiles the thresholds of each scenario. Its error is what keeps the batch from running.
func (c *Controller) compile(batch []plan.Scenario) (thresholds [][]*threshold.Threshold, err error) {
	for i := range batch {
		if batch[i].Problem != nil {
			return nil, batch[i].Problem
		}
		if err := batch[i].Validate(); err != nil {
			return nil, err
		}
		all, err := threshold.CompileAll(batch[i].Thresholds, batch[i].Name, c.Metrics)
		if err != nil {
			return nil, err
		}
		if err := checkSearch(batch, i, all); err != nil {
			return nil, err
		}
		thresholds = append(thresholds, all)
	}
	return thresholds, nil
}

// tracked is a scenario with its thresholds.
type tracked struct {
	scenario string
	*threshold.Tracker
}

// check evaluates the thresholds of the state that the intervals share, sets the outcomes there, and advances
// the search.
func (c *checker) check(intervals []*metrics.Interval) {
	if len(intervals) == 0 {
		return
	}
	for _, t := range c.trackers {
		state := intervals[0].Scenario(t.scenario).State
		t.Update(state)
		state.Thresholds = t.Outcomes()
		if c.broken == nil {
			c.broken, c.brokenIn = t.Broken(), t.scenario
		}
	}
	if c.broken != nil && c.grace == nil {
		c.log.Warn(fmt.Sprintf("%s: finishing the running iterations, for %v at most", c.reason(), abortGrace))
		c.endRun()
	}
	if c.search != nil && c.search.advance(intervals, ended(c.bounded, c.drained)) {
		c.endRun()
	}
}

// endRun lets running iterations finish within abortGrace.
func (c *checker) endRun() {
	c.end()
	c.grace = time.AfterFunc(abortGrace, c.stop)
}

// finish sets the outcomes in the last intervals, when everything was measured.
func (c *checker) finish(intervals []*metrics.Interval) {
	if len(intervals) == 0 {
		return
	}
	if c.search != nil {
		c.search.finish(intervals[0])
	}
	for _, t := range c.trackers {
		state := intervals[0].Scenario(t.scenario).State
		t.Finish(state)
		state.Thresholds = t.Outcomes()
	}
}

// note says how a threshold ended the run, "" when none did.
func (c *checker) note() string {
	switch {
	case c.broken == nil && c.cut:
		return fmt.Sprintf("iterations that took longer than %v after the search were interrupted, and count neither as ok nor as failed", abortGrace)
	case c.broken == nil:
		return ""
	case c.cut:
		return fmt.Sprintf("ended early: %s; iterations that took longer than another %v were interrupted, and count neither as ok nor as failed", c.reason(), abortGrace)
	}
	return fmt.Sprintf("ended early: %s; no iteration began any more, the running ones were finished", c.reason())
}

// reason says which threshold ended the run, and in which scenario when there are several.
func (c *checker) reason() string {
	if len(c.trackers) > 1 {
		return fmt.Sprintf("in %s %v", c.brokenIn, c.broken)
	}
	return c.broken.String()
}
