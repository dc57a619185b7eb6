package threshold

import (
	"fmt"
	"slices"
	"time"

	"github.com/liveload/liveload/metrics"
)

// A Watch follows the thresholds of one scenario while it runs. One goroutine uses it.
type Watch struct {
	thresholds []*Threshold
	outcomes   []metrics.ThresholdOutcome
	next       time.Duration // when it may end the run next: what is shorter than a second is the run's own end
	broken     *Broken
}

// A Broken threshold is one that asks for the end of the run.
type Broken struct {
	Outcome metrics.ThresholdOutcome // as it was then
	After   time.Duration            // of the run
}

func (b *Broken) String() string {
	return fmt.Sprintf("the threshold %s: %s was not met (%s) after %s",
		b.Outcome.Metric, b.Outcome.Expression, Describe(b.Outcome), b.After.Round(time.Second))
}

// NewWatch returns a watch of a scenario that has not begun.
func NewWatch(thresholds []*Threshold) *Watch {
	w := &Watch{thresholds: thresholds, next: time.Second}
	for _, t := range thresholds {
		w.outcomes = append(w.outcomes, metrics.ThresholdOutcome{Metric: t.Metric, Expression: t.Expression, OK: t.Optional})
	}
	return w
}

// Update evaluates the thresholds as of a state of the scenario, and once a second whether one of them asks for the
// end of the run.
func (w *Watch) Update(state *metrics.State) {
	w.Finish(state)
	if state.Elapsed >= w.next {
		w.next = state.Elapsed.Truncate(time.Second) + time.Second
		w.findBroken(state)
	}
}

// Finish evaluates the thresholds when the run is over. The one that has ended it stays as it was then: what came
// after it, of iterations that were under way, is no recovery.
func (w *Watch) Finish(state *metrics.State) {
	for i, t := range w.thresholds {
		o := metrics.ThresholdOutcome{Metric: t.Metric, Expression: t.Expression, OK: t.Optional}
		if w.broken != nil && w.broken.Outcome.Metric == o.Metric && w.broken.Outcome.Expression == o.Expression {
			continue
		}
		if value, measured := t.Value(state); measured {
			o.Value, o.OK = &value, t.Holds(value)
		}
		w.outcomes[i] = o
	}
}

// findBroken looks for the first threshold that asks for the end of the run.
func (w *Watch) findBroken(state *metrics.State) {
	for i, t := range w.thresholds {
		o, lasted := w.outcomes[i], state.ScenarioElapsed
		if w.broken == nil && t.AbortOnFail && !o.OK && o.Value != nil && lasted > 0 && lasted >= t.Delay {
			w.broken = &Broken{Outcome: o, After: state.Elapsed}
		}
	}
}

// Broken returns the threshold that asks for the end of the run, nil while there is none. It is the first.
func (w *Watch) Broken() *Broken { return w.broken }

// Outcomes tells how the thresholds stand, in the order in which they were given.
func (w *Watch) Outcomes() []metrics.ThresholdOutcome { return slices.Clone(w.outcomes) }
