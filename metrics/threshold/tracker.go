package threshold

import (
	"fmt"
	"slices"
	"time"

	"github.com/liveload/liveload/metrics"
)

// A Tracker evaluates the thresholds of one scenario while it runs. One goroutine uses it.
type Tracker struct {
	thresholds []*Threshold
	outcomes   []metrics.ThresholdOutcome
	next       time.Duration // when it may end the run: not in the last part of a second, when the run ends anyway
	broken     *Broken
}

// A Broken is a threshold that ends the run.
type Broken struct {
	Outcome metrics.ThresholdOutcome // as it was then
	After   time.Duration            // of the run
}

func (b *Broken) String() string {
	return fmt.Sprintf("the threshold %s: %s was not met (%s) after %s",
		b.Outcome.Metric, b.Outcome.Expression, Describe(b.Outcome), b.After.Round(time.Second))
}

// NewTracker returns the tracker of a scenario that has not begun.
func NewTracker(thresholds []*Threshold) *Tracker {
	t := &Tracker{thresholds: thresholds, next: time.Second}
	for _, one := range thresholds {
		t.outcomes = append(t.outcomes, one.unmeasured())
	}
	return t
}

// Update evaluates the thresholds as of a state of the scenario, and once a second whether one of them asks for the
// end of the run.
func (t *Tracker) Update(state *metrics.State) {
	t.Finish(state)
	if state.Elapsed >= t.next {
		t.next = state.Elapsed.Truncate(time.Second) + time.Second
		t.findBroken(state)
	}
}

// Finish evaluates the thresholds when the run is over. The one that ended it keeps its outcome: what running
// iterations did after it is no recovery.
func (t *Tracker) Finish(state *metrics.State) {
	for i, one := range t.thresholds {
		o := one.unmeasured()
		if t.broken != nil && t.broken.Outcome.Metric == o.Metric && t.broken.Outcome.Expression == o.Expression {
			continue
		}
		if value, measured := one.Value(state); measured {
			o.Value, o.OK = &value, one.Holds(value)
			o.FailedMS = failedSince(t.outcomes[i], o, state.Elapsed)
		}
		t.outcomes[i] = o
	}
}

// Again evaluates the threshold of an outcome anew, in a later state of its run, or says why that is not possible. One that
// held without a value is optional.
func Again(o metrics.ThresholdOutcome, state *metrics.State, known *metrics.Registry) metrics.ThresholdOutcome {
	spec := Spec{Metric: o.Metric, Expression: o.Expression, Optional: o.OK && o.Value == nil}
	one, err := Compile(spec, known)
	if err != nil {
		return NotJudged(spec, err.Error())
	}
	t := NewTracker([]*Threshold{one})
	t.outcomes[0].OK, t.outcomes[0].Value, t.outcomes[0].FailedMS = o.OK, o.Value, o.FailedMS
	t.Finish(state)
	return t.outcomes[0]
}

// failedSince is when a threshold stopped being met; 0 when it is met, or never was.
func failedSince(before, now metrics.ThresholdOutcome, elapsed time.Duration) int64 {
	switch {
	case now.OK:
		return 0
	case before.OK && before.Value != nil:
		return elapsed.Milliseconds()
	}
	return before.FailedMS
}

// findBroken looks for the first threshold that asks for the end of the run.
func (t *Tracker) findBroken(state *metrics.State) {
	for i, one := range t.thresholds {
		o, lasted := t.outcomes[i], state.ScenarioElapsed
		if t.broken == nil && one.AbortOnFail && !o.OK && o.Value != nil && lasted > 0 && lasted >= one.Delay {
			t.broken = &Broken{Outcome: o, After: state.Elapsed}
		}
	}
}

// Broken returns the first threshold that asks for the end of the run, nil while there is none.
func (t *Tracker) Broken() *Broken { return t.broken }

// Outcomes returns how the thresholds stand, in their order.
func (t *Tracker) Outcomes() []metrics.ThresholdOutcome { return slices.Clone(t.outcomes) }
