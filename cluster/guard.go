package cluster

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/threshold"
)

// abortGrace is how long iterations that are under way may take after a threshold has ended the run.
const abortGrace = 30 * time.Second

// A guard evaluates the thresholds of the running scenarios, and ends the run when one of them asks for
// that: no iteration begins any more, and those that run may finish within abortGrace. It belongs to the
// goroutine that takes the snapshots.
type guard struct {
	watches []watched
	log     *slog.Logger
	broken  *threshold.Broken // what has ended the run
	breaker string            // the scenario whose threshold that is
	search  *search           // for the limit, which ends the run too; nil without one

	end     func() // closes the drain; may be called twice
	drained <-chan struct{}
	stop    context.CancelFunc
	bounded context.Context
	grace   *time.Timer // nil until the end
	cut     bool        // whether the grace was not enough
}

func newGuard(log *slog.Logger) *guard { return &guard{log: log} }

// watched is a scenario and what follows its thresholds.
type watched struct {
	scenario string
	*threshold.Watch
}

// add takes the thresholds of a scenario, before the run.
func (g *guard) add(scenario string, thresholds []*threshold.Threshold) {
	g.watches = append(g.watches, watched{scenario, threshold.NewWatch(thresholds)})
}

// over returns the context and the drain of a run that the guard can end too. The caller releases it when
// the run is over.
func (g *guard) over(ctx context.Context, drain <-chan struct{}) (context.Context, <-chan struct{}, func()) {
	g.bounded, g.stop = context.WithCancel(ctx)
	both := make(chan struct{})
	g.end, g.drained = sync.OnceFunc(func() { close(both) }), both
	released, forwarded := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(forwarded)
		select {
		case <-drain:
			g.end()
		case <-released:
		}
	}()
	return g.bounded, both, func() {
		g.cut = g.grace != nil && !g.grace.Stop() && ctx.Err() == nil
		close(released)
		<-forwarded
		g.stop()
	}
}

// check evaluates the thresholds by the state that the intervals share, sets how they stand there, and goes on
// with the search.
func (g *guard) check(intervals []*metrics.Interval) {
	if len(intervals) == 0 {
		return
	}
	for _, w := range g.watches {
		state := intervals[0].Scenario(w.scenario).State
		w.Update(state)
		state.Thresholds = w.Outcomes()
		if g.broken == nil {
			g.broken, g.breaker = w.Broken(), w.scenario
		}
	}
	if g.broken != nil && g.grace == nil {
		g.log.Warn(fmt.Sprintf("%s: finishing the running iterations, for %v at most", g.reason(), abortGrace))
		g.conclude()
	}
	if g.search != nil && g.search.advance(intervals, ended(g.bounded, g.drained)) {
		g.conclude()
	}
}

// conclude ends the run: running iterations may finish within abortGrace.
func (g *guard) conclude() {
	g.end()
	g.grace = time.AfterFunc(abortGrace, g.stop)
}

// finish evaluates the thresholds after everything was measured, which ends nothing any more.
func (g *guard) finish(intervals []*metrics.Interval) {
	if len(intervals) == 0 {
		return
	}
	if g.search != nil {
		g.search.finish(intervals[0])
	}
	for _, w := range g.watches {
		state := intervals[0].Scenario(w.scenario).State
		w.Finish(state)
		state.Thresholds = w.Outcomes()
	}
}

// note says that a threshold has ended the run, "" when none did.
func (g *guard) note() string {
	switch {
	case g.broken == nil && g.cut:
		return fmt.Sprintf("iterations that took longer than %v after the search were broken off, and count neither as ok nor as failed", abortGrace)
	case g.broken == nil:
		return ""
	case g.cut:
		return fmt.Sprintf("ended early: %s; iterations that took longer than another %v were broken off, and count neither as ok nor as failed", g.reason(), abortGrace)
	}
	return fmt.Sprintf("ended early: %s; no iteration began any more, the running ones were finished", g.reason())
}

// reason says which threshold has ended the run, and of which scenario when there are several: all of them tell it.
func (g *guard) reason() string {
	if len(g.watches) > 1 {
		return fmt.Sprintf("in %s %v", g.breaker, g.broken)
	}
	return g.broken.String()
}
