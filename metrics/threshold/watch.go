package threshold

import (
	"fmt"
	"slices"
	"time"

	"github.com/liveload/liveload/metrics"
)

// interval is the time of the run between two looks: percentiles of many labels cost time, and snapshots
// of many nodes come often.
const interval = time.Second

// A Watch follows the thresholds of one scenario while it runs. One goroutine uses it.
type Watch struct {
	source     Source
	scenario   string
	thresholds []*Threshold
	outcomes   []metrics.ThresholdOutcome
	next       time.Duration
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
func NewWatch(source Source, scenario string, thresholds []*Threshold) *Watch {
	w := &Watch{source: source, scenario: scenario, thresholds: thresholds, next: interval}
	for _, t := range thresholds {
		w.outcomes = append(w.outcomes, metrics.ThresholdOutcome{Metric: t.Metric, Expression: t.Expression, OK: t.Optional})
	}
	return w
}

// Look evaluates the thresholds when another second of the run is over, and says whether it did.
func (w *Watch) Look() bool {
	elapsed := w.source.Elapsed()
	if elapsed < w.next || len(w.thresholds) == 0 {
		return false
	}
	w.next = elapsed.Truncate(interval) + interval
	w.evaluate()
	own := w.source.ElapsedOf(w.scenario)
	for i, t := range w.thresholds {
		if o := w.outcomes[i]; w.broken == nil && t.AbortOnFail && !o.OK && o.Value != nil && own > 0 && own >= t.Delay {
			w.broken = &Broken{Outcome: o, After: elapsed}
		}
	}
	return true
}

// Finish evaluates the thresholds for the last time, after everything was measured. The one that ended
// the run stays as it was then: what came after it, of iterations that were under way, is no recovery.
func (w *Watch) Finish() { w.evaluate() }

// Broken returns the threshold that asks for the end of the run, nil while there is none. It is the first.
func (w *Watch) Broken() *Broken { return w.broken }

// Outcomes tells how the thresholds stand, in the order in which they were given.
func (w *Watch) Outcomes() []metrics.ThresholdOutcome { return slices.Clone(w.outcomes) }

func (w *Watch) evaluate() {
	for i, t := range w.thresholds {
		o := metrics.ThresholdOutcome{Metric: t.Metric, Expression: t.Expression, OK: t.Optional}
		if w.broken != nil && w.broken.Outcome.Metric == o.Metric && w.broken.Outcome.Expression == o.Expression {
			continue
		}
		if value, measured := t.Value(w.source, w.scenario); measured {
			o.Value, o.OK = &value, t.Holds(value)
		}
		w.outcomes[i] = o
	}
}
