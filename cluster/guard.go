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

// A guard looks after the thresholds of scenarios that run, and ends the run when one of them asks for
// that: no iteration begins any more, and those that run may finish within abortGrace. It belongs to the
// goroutine that takes the snapshots.
type guard struct {
	aggregator *metrics.Aggregator
	watches    []watched
	log        *slog.Logger
	broken     *threshold.Broken // what has ended the run
	breaker    string            // the scenario whose threshold that is
	search     *search           // for the limit, which ends the run too; nil without one

	end     func() // closes the drain; may be called twice
	drained <-chan struct{}
	stop    context.CancelFunc
	bounded context.Context
	grace   *time.Timer // nil until the end
	cut     bool        // whether the grace was not enough
}

func newGuard(aggregator *metrics.Aggregator, log *slog.Logger) *guard {
	return &guard{aggregator: aggregator, log: log}
}

// watched is a scenario and what follows its thresholds.
type watched struct {
	scenario string
	*threshold.Watch
}

// add takes the thresholds of a scenario, before the run.
func (g *guard) add(scenario string, thresholds []*threshold.Threshold) {
	w := watched{scenario, threshold.NewWatch(g.aggregator, scenario, thresholds)}
	g.watches = append(g.watches, w)
	g.publish(w)
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

// look evaluates the thresholds after a snapshot, and goes on with the search.
func (g *guard) look(snapshot *metrics.Snapshot) {
	for _, w := range g.watches {
		if !w.Look() {
			continue
		}
		g.publish(w)
		if g.broken == nil {
			g.broken, g.breaker = w.Broken(), w.scenario
		}
	}
	if g.broken != nil && g.grace == nil {
		g.log.Warn(fmt.Sprintf("%s: finishing the running iterations, for %v at most", g.reason(), abortGrace))
		g.conclude()
	}
	if g.search != nil && !ended(g.bounded, g.drained) && g.search.look(snapshot) {
		g.conclude()
	}
}

// conclude ends the run: running iterations may finish within abortGrace.
func (g *guard) conclude() {
	g.end()
	g.grace = time.AfterFunc(abortGrace, g.stop)
}

// finish evaluates the thresholds after everything was measured.
func (g *guard) finish() {
	if g.search != nil {
		g.search.finish()
	}
	for _, w := range g.watches {
		w.Finish()
		g.publish(w)
	}
}

func (g *guard) publish(w watched) { g.aggregator.SetThresholds(w.scenario, w.Outcomes()) }

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
