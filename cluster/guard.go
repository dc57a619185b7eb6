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

// A guard looks after the thresholds of a scenario that runs, and ends it when one of them asks for that:
// no iteration begins any more, and those that run may finish within abortGrace. It belongs to the
// goroutine that takes the snapshots.
type guard struct {
	aggregator *metrics.Aggregator
	scenario   string
	watch      *threshold.Watch
	log        *slog.Logger

	end     func() // closes the drain; may be called twice
	stop    context.CancelFunc
	bounded context.Context
	grace   *time.Timer // nil until the end
	cut     bool        // whether the grace was not enough
}

func newGuard(aggregator *metrics.Aggregator, scenario string, thresholds []*threshold.Threshold, log *slog.Logger) *guard {
	g := &guard{aggregator: aggregator, scenario: scenario, log: log, watch: threshold.NewWatch(aggregator, scenario, thresholds)}
	g.publish()
	return g
}

// over returns the context and the drain of a run that the guard can end too. The caller releases it when
// the run is over.
func (g *guard) over(ctx context.Context, drain <-chan struct{}) (context.Context, <-chan struct{}, func()) {
	g.bounded, g.stop = context.WithCancel(ctx)
	both := make(chan struct{})
	g.end = sync.OnceFunc(func() { close(both) })
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

// look evaluates the thresholds after a snapshot.
func (g *guard) look() {
	if !g.watch.Look() {
		return
	}
	g.publish()
	if broken := g.watch.Broken(); broken != nil && g.grace == nil {
		g.log.Warn(fmt.Sprintf("%v: finishing the running iterations, for %v at most", broken, abortGrace))
		g.end()
		g.grace = time.AfterFunc(abortGrace, g.stop)
	}
}

// finish evaluates the thresholds after everything was measured.
func (g *guard) finish() {
	g.watch.Finish()
	g.publish()
}

func (g *guard) publish() { g.aggregator.SetThresholds(g.scenario, g.watch.Outcomes()) }

// note says that a threshold has ended the run, "" when none did.
func (g *guard) note() string {
	broken := g.watch.Broken()
	switch {
	case broken == nil:
		return ""
	case g.cut:
		return fmt.Sprintf("ended early: %v; iterations that took longer than another %v were broken off, and count neither as ok nor as failed", broken, abortGrace)
	}
	return fmt.Sprintf("ended early: %v; no iteration began any more, the running ones were finished", broken)
}
