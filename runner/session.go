package runner

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/runner/evidence"
)

const (
	// closeTimeoutStopped replaces plan.SessionCloseTimeout in a run that was stopped: somebody waits at the keyboard.
	closeTimeoutStopped = 2 * time.Second
	// reopenPause is the time between two attempts to get a session.
	reopenPause = time.Second
)

// open gets a session; a drained run does not wait for one.
func (u *userRun) open(ctx, mayBegin context.Context) error {
	opening, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(mayBegin, func() { cancel(context.Cause(mayBegin)) })()
	options := u.Session
	options.OnConsole = u.listen(options.OnConsole)
	options.Save = func(name string, content func(io.Writer) error) (string, error) {
		path, done, err := u.Evidence.Of(u.identity.Part).Save(fmt.Sprintf("user%d-iteration%d", u.identity.ID, u.begun()), name, content)
		u.made.Add(done)
		return path, err
	}
	err := recovered(func() (err error) {
		u.session, err = u.Sessions.NewSession(opening, options)
		return err
	})
	if err != nil {
		u.session = nil
		return &SessionError{Cause: err}
	}
	u.usable, u.unwatch = until(ctx, browserpool.ErrLost, u.session.Lost())
	return nil
}

// listen remembers what the pages of a session print, if that may become evidence.
func (u *userRun) listen(next func(browserpool.ConsoleMessage)) func(browserpool.ConsoleMessage) {
	console := &evidence.Console{}
	u.console = console
	if u.Evidence == nil {
		return next
	}
	return func(m browserpool.ConsoleMessage) {
		console.Add(m)
		if next != nil {
			next(m)
		}
	}
}

// reopen gets a session for a user that goes on after a failure. It tries until the user's time is over; a user
// that has none then has failed. Without an error there may still be no session, when the run ended.
func (u *userRun) reopen(ctx, mayBegin context.Context) error {
	var last error
	for u.session == nil {
		err := u.open(ctx, mayBegin)
		if err != nil && mayBegin.Err() == nil {
			last = err
			u.note(failureOf(u.identity, err, u.Secrets), false)
		}
		if err != nil && !pause(mayBegin, reopenPause) {
			return last
		}
	}
	return nil
}

// closeSession drains and closes the session. The run's end must not cut off the last telemetry, so the session has
// its own time limit.
func (u *userRun) closeSession(ctx context.Context) {
	if u.session == nil {
		return
	}
	patience := plan.SessionCloseTimeout
	if ctx.Err() != nil && !errors.Is(context.Cause(ctx), errGraceOver) {
		patience = closeTimeoutStopped
	}
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	session, lost := u.session, isLost(u.session)
	u.unwatch()
	u.session = nil
	defer u.made.Release()
	if err := recovered(func() error { return session.Close(closing) }); err != nil && !lost {
		u.Log.Warn("could not close a session: its last numbers may be missing", "user", u.identity.ID, "error", err)
	}
}

func isLost(session browserpool.Session) bool {
	select {
	case <-session.Lost():
		return true
	default:
		return false
	}
}
