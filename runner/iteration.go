package runner

import (
	"context"
	"errors"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/runner/evidence"
)

// lateAfter is how much later than it was due an iteration begins to count as late.
const lateAfter = 100 * time.Millisecond

// iterate runs one iteration and notes how it ended.
func (u *userRun) iterate(ctx context.Context, p permit) (halted bool, err error) {
	u.iterated.Add(1)
	traced := u.beginTrace(ctx)
	began := time.Now()
	halted, err = u.runIteration()
	ended := time.Now()
	if errors.Is(err, errStopped) {
		if errors.Is(err, errGraceOver) {
			u.cutOff.Add(1)
		}
		return false, err
	}
	u.Journal.IterationEnded(outcomeOf(err), ended.Sub(began))
	u.noteDue(p, began, ended, err)
	if err == nil {
		u.endTrace(ctx, traced)
		return halted, nil
	}
	failed := failureOf(u.identity, explainLoss(u.session, err), u.Secrets)
	failed.Evidence = u.gather(ctx, failed, traced)
	u.note(failed, true)
	return halted, err
}

// noteDue notes how an iteration of the open model went since it was due.
func (u *userRun) noteDue(p permit, began, ended time.Time, err error) {
	if p.due.IsZero() {
		return
	}
	u.Journal.IterationAnswered(outcomeOf(err), ended.Sub(p.due))
	switch {
	case began.Sub(p.due) <= lateAfter:
	case p.waited:
		u.Journal.IterationLate(metrics.CauseStarting)
	default:
		u.Journal.IterationLate(metrics.CauseGenerator)
	}
}

// runIteration runs the script within the iteration's time.
func (u *userRun) runIteration() (halted bool, err error) {
	timeout := time.Duration(u.Plan.IterationTimeout)
	ctx, cancel := context.WithTimeoutCause(u.usable, timeout, &TimeoutError{After: timeout})
	defer cancel()
	defer u.made.Release()
	err = recovered(func() (err error) {
		halted, err = u.user.RunIteration(ctx, u.session, u.begun())
		return err
	})
	return halted, endedBy(ctx, err)
}

// endedBy makes the reason why an iteration's context ended part of the error, when it did: whatever
// the script made of the interruption, that is what happened. A script that catches its timeout has
// still run into it.
func endedBy(ctx context.Context, err error) error {
	cause := context.Cause(ctx)
	switch {
	case cause == nil || classOf(err) == ClassPanic:
		return err
	case err == nil && !is[*TimeoutError](cause):
		return nil
	case errors.Is(err, cause):
		return err // and says what the script was doing
	}
	return cause
}

func outcomeOf(err error) Outcome {
	switch {
	case err == nil:
		return OK
	case is[*TimeoutError](err):
		return Timeout
	}
	return Failed
}

// beginTrace begins the trace of an iteration, if there is to be one.
func (u *userRun) beginTrace(ctx context.Context) (traced bool) {
	u.harmless(func() { traced = u.Evidence.Begin(ctx, u.session) })
	return traced
}

func (u *userRun) endTrace(ctx context.Context, traced bool) (path string) {
	if traced {
		u.harmless(func() { path = u.Evidence.End(ctx, u.session, u.identity.ID, u.begun()) })
	}
	return path
}

// gather keeps what can be seen of a failed iteration. When the browser was lost that is nothing, even if the session
// does not know yet: asking it would only delay its replacement.
func (u *userRun) gather(ctx context.Context, f metrics.FailureSample, traced bool) (kept metrics.Evidence) {
	if f.Class == ClassLost || isLost(u.session) {
		return kept
	}
	u.harmless(func() {
		kept = u.Evidence.Failed(ctx, u.session, evidence.Failure{FailureSample: f, Iteration: u.begun(), Console: u.console.Last()}, traced)
	})
	if kept.Trace == "" && !isLost(u.session) {
		kept.Trace = u.endTrace(ctx, traced)
	}
	return kept
}

// harmless takes evidence, which changes nothing about an iteration: an error is only logged.
func (u *userRun) harmless(f func()) {
	if err := recovered(func() error { f(); return nil }); err != nil {
		u.Log.Error("could not take evidence", "user", u.identity.ID, "error", err)
	}
}
