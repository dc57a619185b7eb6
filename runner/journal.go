package runner

import (
	"time"

	"github.com/liveload/liveload/metrics"
)

// scopeJournal is the Journal that writes into a scenario's metrics.
type scopeJournal struct{ scope *metrics.Scope }

// NewJournal returns the Journal that records in scope.
func NewJournal(scope *metrics.Scope) Journal { return scopeJournal{scope} }

func (j scopeJournal) UserStarted() { j.scope.UserStarted() }

func (j scopeJournal) UserEnded(life time.Duration, failure string) {
	j.scope.Observe(metrics.ScenarioDuration, metrics.Labels{}, microseconds(life))
	if failure != "" {
		j.scope.Add(metrics.ScenarioFailures, metrics.ScenarioFailures.With(failure), 1)
	}
	j.scope.UserEnded(failure != "")
}

func (j scopeJournal) IterationEnded(outcome Outcome, took time.Duration) {
	j.scope.Observe(metrics.IterationDuration, metrics.IterationDuration.With(string(outcome)), microseconds(took))
	j.scope.Add(metrics.Iterations, metrics.Iterations.With(string(outcome)), 1)
}

func (j scopeJournal) IterationAnswered(outcome Outcome, sinceDue time.Duration) {
	j.scope.Observe(metrics.IterationResponse, metrics.IterationResponse.With(string(outcome)), microseconds(sinceDue))
}

func (j scopeJournal) IterationLate(cause LateCause) {
	j.scope.Add(metrics.LateIterations, metrics.LateIterations.With(string(cause)), 1)
}

func (j scopeJournal) IterationsDropped(cause DropCause, n int64) {
	if n > 0 {
		j.scope.Add(metrics.DroppedIterations, metrics.DroppedIterations.With(string(cause)), n)
	}
}

func (j scopeJournal) Failed(f Failure) {
	if f.InIteration {
		j.scope.Add(metrics.IterationFailures, metrics.IterationFailures.With(f.Class), 1)
	}
	j.scope.Failure(metrics.FailureSample{
		Class: f.Class, Kind: f.kind(), ReasonInspect: f.Reason, Stacktrace: f.Stack, UserID: int64(f.UserID),
		Screenshot: f.Evidence.Screenshot, Page: f.Evidence.Page, Console: f.Evidence.Console, Frames: f.Evidence.Frames, Trace: f.Evidence.Trace,
	})
}

func microseconds(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }
