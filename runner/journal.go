package runner

import (
	"time"

	"github.com/liveload/liveload/metrics"
)

// A Journal records what happens to users. Safe for concurrent use.
type Journal interface {
	// UserStarted is called when the user has its session, or when it failed to get one.
	UserStarted()
	// UserEnded is called once for each UserStarted, after the user's session was closed. failure is
	// the class of the failure that ended the user, "" for a user that succeeded.
	UserEnded(took time.Duration, failure string)
	// IterationEnded is called for every iteration that was not interrupted by a stopped run.
	IterationEnded(outcome Outcome, took time.Duration)
	// IterationAnswered is called after IterationEnded in the open model, with the time since the
	// iteration was due.
	IterationAnswered(outcome Outcome, sinceDue time.Duration)
	// IterationLate is called for an iteration of the open model that began late, because more users had to start
	// (metrics.CauseStarting) or this process had no time for it (metrics.CauseGenerator).
	IterationLate(cause string)
	// IterationsDropped is called for iterations that should have begun and never will: no user was free and no more
	// were allowed (metrics.CauseNoUser), the user that was started for one got no session (metrics.CauseNoSession), or
	// the time was over (metrics.CauseUnbegun). n may be 0.
	IterationsDropped(cause string, n int64)
	// Failed is called for every failed iteration, and for a user that could not start.
	Failed(f metrics.FailureSample, inIteration bool)
}

// An Outcome is how an iteration ended.
type Outcome string

const (
	OK      Outcome = metrics.OutcomeOK
	Failed  Outcome = metrics.OutcomeFailed
	Timeout Outcome = metrics.OutcomeTimeout
)

// scopeJournal records in a scenario's metrics.
type scopeJournal struct{ scope *metrics.Scope }

// NewJournal returns the Journal that records in scope.
func NewJournal(scope *metrics.Scope) Journal { return scopeJournal{scope} }

func (j scopeJournal) UserStarted() { j.scope.UserStarted() }

func (j scopeJournal) UserEnded(took time.Duration, failure string) {
	j.scope.Observe(metrics.ScenarioDuration, metrics.Labels{}, microseconds(took))
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

func (j scopeJournal) IterationLate(cause string) {
	j.scope.Add(metrics.LateIterations, metrics.LateIterations.With(cause), 1)
}

func (j scopeJournal) IterationsDropped(cause string, n int64) {
	if n > 0 {
		j.scope.Add(metrics.DroppedIterations, metrics.DroppedIterations.With(cause), n)
	}
}

func (j scopeJournal) Failed(f metrics.FailureSample, inIteration bool) {
	if inIteration {
		j.scope.Add(metrics.IterationFailures, metrics.IterationFailures.With(f.Class), 1)
	}
	j.scope.Add(metrics.FailureCauses, f.CauseLabels(), 1)
	j.scope.Failure(f)
}

func microseconds(d time.Duration) float64 { return float64(d) / float64(time.Microsecond) }
