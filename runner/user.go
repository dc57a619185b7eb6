package runner

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/runner/evidence"
)

var (
	// errStopped is the cause of everything that breaks off because the run was stopped.
	errStopped = errors.New("the run was stopped")
	// errSurplus is the cause when only this user was stopped: a ramp has no place for it any more, and
	// its last iteration took longer than its grace.
	errSurplus = fmt.Errorf("%w for a user that is not wanted any more", errStopped)
)

const closeTimeoutStopped = 2 * time.Second // somebody waits at the keyboard: less than plan.SessionCloseTimeout

// reopenPause is the time between two attempts to get a session.
const reopenPause = time.Second

// A life is one user from its start to its end. Its methods are called by one goroutine.
type life struct {
	who      UserInfo
	number   int
	stock    *Stock
	makers   makers
	plan     *plan.Scenario
	script   Script
	sessions SessionMaker
	options  browserpool.SessionOptions
	journal  Journal
	log      *slog.Logger
	evidence *evidence.Keeper
	abort    func(err error) bool // ends the run when err asks for it
	turns    turns

	outstayed *atomic.Int64 // counts iterations that were broken off after their grace; of the scenario

	user     User
	session  browserpool.Session // nil between two sessions
	occupied context.Context     // over when the session is lost, or the run
	vacate   func()              // ends occupied
	console  *evidence.Console   // of the session
}

// live is the whole life of a user. There are two deadlines. After noNew is over no new iteration
// starts, which is also what the user's own duration does. After ctx is over no iteration runs.
func (l *life) live(ctx, noNew context.Context) {
	began := time.Now()
	err := l.begin(ctx, noNew)
	if err != nil && noNew.Err() != nil {
		l.end(ctx)
		return // the run ended before this user had a session: it never started
	}
	l.journal.UserStarted()
	if err != nil {
		l.note(l.failure(err, false))
	} else {
		err = l.loop(ctx, noNew)
	}
	l.end(ctx)
	failure := ""
	if err != nil {
		failure = classOf(err)
	}
	l.journal.UserEnded(time.Since(began), failure)
}

func (l *life) begin(ctx, noNew context.Context) error {
	err := l.makeUser(noNew)
	if err != nil {
		return err
	}
	return l.open(ctx, noNew)
}

// makeUser makes the user, unless it was made before the start. A drained run does not wait until it is the user's turn.
func (l *life) makeUser(noNew context.Context) (err error) {
	if made, ok := l.stock.take(l.number); ok {
		l.user, err = made.user, made.err
		return err
	}
	select {
	case l.makers <- struct{}{}:
		defer func() { <-l.makers }()
	case <-noNew.Done():
		return context.Cause(noNew)
	}
	l.user, err = newUser(l.script, l.who)
	return err
}

func newUser(script Script, who UserInfo) (user User, err error) {
	err = guarded(func() (err error) {
		user, err = script.NewUser(who)
		return err
	})
	return user, err
}

// open gets a session; a drained run does not wait for one.
func (l *life) open(ctx, noNew context.Context) error {
	opening, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	defer context.AfterFunc(noNew, func() { cancel(context.Cause(noNew)) })()
	options := l.options
	options.OnConsole = l.listen(options.OnConsole)
	err := guarded(func() (err error) {
		l.session, err = l.sessions.NewSession(opening, options)
		return err
	})
	if err != nil {
		l.session = nil
		return &SessionError{Cause: err}
	}
	l.occupied, l.vacate = whileOccupied(ctx, l.session)
	return nil
}

// listen remembers what the pages of a session print, if that may become evidence.
func (l *life) listen(next func(browserpool.ConsoleMessage)) func(browserpool.ConsoleMessage) {
	console := &evidence.Console{}
	l.console = console
	if l.evidence == nil {
		return next
	}
	return func(m browserpool.ConsoleMessage) {
		console.Add(m)
		if next != nil {
			next(m)
		}
	}
}

// loop iterates until the user's time is over, the run ends, the user halts, or a failure ends the
// user; only the last one is returned as an error.
func (l *life) loop(ctx, noNew context.Context) error {
	noNew, cancel := l.turns.window(noNew)
	defer cancel()
	for n := 1; noNew.Err() == nil; {
		if err := l.reopen(ctx, noNew); err != nil {
			return err
		}
		if l.session == nil {
			return nil
		}
		t := l.turns.next(noNew, l.session.Lost(), n-1)
		switch {
		case t.verdict == leave || noNew.Err() != nil:
			return nil
		case t.verdict == renew:
			l.closeSession(ctx)
			continue
		}
		halted, err := l.iterate(ctx, t, n)
		n++
		switch {
		case errors.Is(err, errStopped) || (err == nil && halted):
			return nil
		case err == nil:
			continue
		case l.abort(err), l.plan.OnFailure == plan.Stop:
			return err
		case l.plan.OnFailure == plan.Restart || isLost(l.session):
			l.closeSession(ctx)
		}
	}
	return nil
}

// reopen gets a session for a user that goes on after a failure. It tries until the user's time is
// over; a user that has none then has failed. Without an error there may still be no session, when
// the run ended.
func (l *life) reopen(ctx, noNew context.Context) error {
	var last error
	for l.session == nil {
		err := l.open(ctx, noNew)
		if err != nil && noNew.Err() == nil {
			last = err
			l.note(l.failure(err, false))
		}
		if err != nil && !pause(noNew, reopenPause) {
			return last
		}
	}
	return nil
}

func isLost(session browserpool.Session) bool {
	select {
	case <-session.Lost():
		return true
	default:
		return false
	}
}

func (l *life) failure(err error, inIteration bool) Failure {
	return Failure{
		Class: classOf(err), Reason: err.Error(), Stack: stackOf(err),
		UserID: l.who.ID, InIteration: inIteration,
	}
}

// note hands a failure to the journal.
func (l *life) note(f Failure) {
	l.log.Debug("a user failed", "user", l.who.ID, "class", f.Class, "reason", f.Reason)
	l.journal.Failed(f)
}

// end closes what the user holds.
func (l *life) end(ctx context.Context) {
	l.closeSession(ctx)
	if l.user == nil {
		return
	}
	if err := guarded(func() error { l.user.Close(); return nil }); err != nil {
		l.log.Error("could not close a user", "user", l.who.ID, "error", err)
	}
}

// closeSession drains and closes the session. The run's end must not cut off the last telemetry, so
// the session has time of its own.
func (l *life) closeSession(ctx context.Context) {
	if l.session == nil {
		return
	}
	patience := plan.SessionCloseTimeout
	if ctx.Err() != nil && !errors.Is(context.Cause(ctx), errSurplus) {
		patience = closeTimeoutStopped
	}
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	session, lost := l.session, isLost(l.session)
	l.vacate()
	l.session = nil
	if err := guarded(func() error { return session.Close(closing) }); err != nil && !lost {
		l.log.Warn("could not close a session: its last numbers may be missing", "user", l.who.ID, "error", err)
	}
}
