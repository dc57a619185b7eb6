package runner

import (
	"context"
	"errors"
	"time"

	"github.com/liveload/liveload/browserpool"
)

// lateAfter is how much later than it was due an iteration begins to count as late.
const lateAfter = 100 * time.Millisecond

// iterate runs one iteration and notes how it ended.
func (l *life) iterate(ctx context.Context, t turn, n int) (halted bool, err error) {
	traced := l.beginTrace(ctx)
	began := time.Now()
	halted, err = l.runIteration(n)
	ended := time.Now()
	if errors.Is(err, errStopped) {
		if errors.Is(err, errSurplus) {
			l.outstayed.Add(1)
		}
		return false, err
	}
	l.journal.IterationEnded(outcomeOf(err), ended.Sub(began))
	l.noteDue(t, began, ended, err)
	if err == nil {
		l.endTrace(ctx, n, traced)
		return halted, nil
	}
	failed := l.failure(err, true)
	failed.Evidence = l.gather(ctx, failed, n, traced)
	l.note(failed)
	return halted, err
}

// noteDue notes how an iteration of the open model went from where it was due.
func (l *life) noteDue(t turn, began, ended time.Time, err error) {
	if t.due.IsZero() {
		return
	}
	l.journal.IterationAnswered(outcomeOf(err), ended.Sub(t.due))
	switch {
	case began.Sub(t.due) <= lateAfter:
	case t.waited:
		l.journal.IterationLate(LateStarting)
	default:
		l.journal.IterationLate(LateGenerator)
	}
}

// runIteration runs the script within the iteration's time.
func (l *life) runIteration(n int) (halted bool, err error) {
	timeout := time.Duration(l.plan.IterationTimeout)
	ctx, cancel := context.WithTimeoutCause(l.occupied, timeout, &TimeoutError{After: timeout})
	defer cancel()
	err = guarded(func() (err error) {
		halted, err = l.user.RunIteration(ctx, l.session, n)
		return err
	})
	return halted, endedBy(ctx, err)
}

// whileOccupied returns a context that is over when ctx is, or when the session is lost; its cause tells
// which.
func whileOccupied(ctx context.Context, session browserpool.Session) (context.Context, func()) {
	ctx, lose := context.WithCancelCause(ctx)
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		select {
		case <-session.Lost():
			lose(browserpool.ErrLost)
		case <-ctx.Done():
		}
	}()
	return ctx, func() {
		lose(nil)
		<-watched
	}
}

// endedBy makes the reason why an iteration's context ended part of the error, when it did: whatever
// the script made of the interruption, that is what happened. A script that catches its timeout has
// still run into it.
func endedBy(ctx context.Context, err error) error {
	cause := context.Cause(ctx)
	var timeout *TimeoutError
	switch {
	case cause == nil || classOf(err) == ClassPanic:
		return err
	case !errors.As(cause, &timeout) && err == nil:
		return nil
	case errors.Is(err, cause):
		return err // and says what the script was doing
	}
	return cause
}

func outcomeOf(err error) Outcome {
	var timeout *TimeoutError
	switch {
	case err == nil:
		return OK
	case errors.As(err, &timeout):
		return Timeout
	}
	return Failed
}
