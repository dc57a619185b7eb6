package runner

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/excerpt"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/redact"
	"github.com/liveload/liveload/runner/evidence"
)

var (
	// errStopped is the cause of everything that is interrupted because the run was stopped.
	errStopped = errors.New("the run was stopped")
	// errGraceOver is the cause when only this user was stopped: it had lost its slot, and its last iteration
	// took longer than the grace.
	errGraceOver = fmt.Errorf("%w for a user that is not wanted any more", errStopped)
)

// A userRun is one user from its start to its end. Its methods are called by one goroutine.
type userRun struct {
	*activeRun
	identity Identity
	number   int
	permits  permits

	user     User
	session  browserpool.Session // nil between two sessions
	usable   context.Context     // over when the session is lost, or the run
	unwatch  func()              // ends usable
	console  *evidence.Console   // of the session
	iterated atomic.Int64        // iterations that have begun; files of the script are saved from other goroutines
	made     evidence.Made       // in the running iteration
}

// runUser runs one user, which has the number meanwhile, and returns when it has ended. There are two deadlines.
// After mayBegin is over no new iteration begins, which is also what the user's own duration does. After ctx is over
// no iteration runs.
func (a *activeRun) runUser(ctx, mayBegin context.Context, number int, permits permits) {
	u := &userRun{activeRun: a, identity: identityOf(&a.Plan, number, a.Node), number: number, permits: permits}
	began := time.Now()
	err := u.makeUser(mayBegin)
	if err == nil {
		err = u.open(ctx, mayBegin)
	}
	if err != nil && mayBegin.Err() != nil {
		u.close(ctx)
		return // the run ended before this user had a session: it never started
	}
	u.Journal.UserStarted()
	if err != nil {
		u.note(failureOf(u.identity, err, u.Secrets), false)
	} else {
		err = u.loop(ctx, mayBegin)
	}
	u.close(ctx)
	failure := ""
	if err != nil {
		failure = u.Secrets.Text(classOf(err))
	}
	u.Journal.UserEnded(time.Since(began), failure)
}

func identityOf(scenario *plan.Scenario, number int, node string) Identity {
	return Identity{ID: scenario.UserID(number), Node: node, Scenario: scenario.Name, Part: scenario.Part(), Seed: scenario.Seed}
}

// makeUser makes the user, unless it is warm. It waits for a place to make it until mayBegin is over.
func (u *userRun) makeUser(mayBegin context.Context) (err error) {
	if warm, ok := u.Warm.take(u.number); ok {
		u.user, err = warm.user, warm.err
		return err
	}
	select {
	case u.making <- struct{}{}:
		defer func() { <-u.making }()
	case <-mayBegin.Done():
		return context.Cause(mayBegin)
	}
	u.user, err = newUser(u.Script, u.identity)
	return err
}

func newUser(script Script, identity Identity) (user User, err error) {
	err = recovered(func() (err error) {
		user, err = script.NewUser(identity)
		return err
	})
	return user, err
}

// begun counts the iterations that have begun.
func (u *userRun) begun() int { return int(u.iterated.Load()) }

// loop iterates until the user's time is over, the run ends, the user halts, or a failure ends the user; only the
// last one is returned as an error.
func (u *userRun) loop(ctx, mayBegin context.Context) error {
	mayBegin, cancel := u.permits.ready(mayBegin)
	defer cancel()
	for mayBegin.Err() == nil && u.permits.more(u.begun()) {
		if err := u.reopen(ctx, mayBegin); err != nil {
			return err
		}
		if u.session == nil {
			return nil
		}
		p := u.permits.next(mayBegin, u.session.Lost(), u.begun())
		switch {
		case p.refusal == timeIsOver || mayBegin.Err() != nil:
			return nil
		case p.refusal == sessionLost:
			u.closeSession(ctx)
			continue
		}
		halted, err := u.iterate(ctx, p)
		switch {
		case errors.Is(err, errStopped) || (err == nil && halted):
			return nil
		case err == nil:
		case u.abortedBy(err), u.Plan.OnFailure == plan.Stop:
			return err
		case u.Plan.OnFailure == plan.Restart || isLost(u.session):
			u.closeSession(ctx)
		}
		if u.Plan.Session == plan.SessionIteration {
			u.closeSession(ctx)
		}
	}
	return nil
}

// failureOf describes a failure without secrets: they go before anything is cut, counted or kept.
func failureOf(user Identity, err error, secrets *redact.Redactor) metrics.FailureSample {
	class := classOf(err)
	return metrics.FailureSample{
		Class: secrets.Text(class), Kind: kindOf(class), ReasonInspect: excerpt.Of(secrets.Text(excerpt.To(err.Error(), 10*excerpt.Most))),
		Stacktrace: secrets.Texts(stackOf(err)), UserID: int64(user.ID), Cause: causeOf(err, secrets),
	}
}

// note hands a failure to the journal.
func (u *userRun) note(f metrics.FailureSample, inIteration bool) {
	u.Log.Debug("a user failed", "user", f.UserID, "class", f.Class, "reason", f.ReasonInspect)
	u.Journal.Failed(f, inIteration)
}

// close closes what the user holds.
func (u *userRun) close(ctx context.Context) {
	u.closeSession(ctx)
	if u.user == nil {
		return
	}
	if err := recovered(func() error { u.user.Close(); return nil }); err != nil {
		u.Log.Error("could not close a user", "user", u.identity.ID, "error", err)
	}
}

// A permit is the right to begin one iteration, or says why there is none.
type permit struct {
	refusal refusal
	due     time.Time // when the iteration was to begin, in the open model; zero in the closed one
	waited  bool      // for a user that was starting
}

// A refusal is why a user may not begin an iteration now.
type refusal int

const (
	granted     refusal = iota
	timeIsOver          // for good
	sessionLost         // while the user waited: it needs another one first
)

// permits say when a user may begin iterations. The goroutine of the user calls them.
type permits interface {
	// ready is called once, when the user has its session, and returns what is over when the user may begin
	// nothing any more.
	ready(mayBegin context.Context) (context.Context, context.CancelFunc)
	// more is false when a user that has had done of them gets no further one, so that it needs no session.
	more(done int) bool
	// next waits for the next permit of a user that has had done of them; lost is closed when its session is.
	next(mayBegin context.Context, lost <-chan struct{}, done int) permit
}
