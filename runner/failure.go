package runner

import (
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/redact"
)

// The classes by which failures are counted.
const (
	ClassTimeout    = "iteration timeout"   // the iteration took longer than iterationTimeout
	ClassLost       = "browser lost"        // the browser crashed or hung, and was replaced
	ClassNoSession  = "session not created" // the user could not get a session
	ClassNoPage     = "no navigation"       // an operation before the first navigate
	ClassWait       = "wait timeout"        // an operation waited too long
	ClassPage       = "page error"          // a bad selector, an unreachable URL, an exception in the page
	ClassPanic      = "panic"               // a bug of liveload
	ClassUnspecific = "error"
)

// kindOf returns the predecessor's word for the cause of a failure.
func kindOf(class string) string {
	switch class {
	case ClassTimeout, ClassLost:
		return "exit"
	case ClassPanic:
		return "throw"
	}
	return "error"
}

// A TimeoutError says that an iteration was interrupted because it took too long.
type TimeoutError struct{ After time.Duration }

func (e *TimeoutError) Error() string {
	return fmt.Sprintf("the iteration took longer than its iterationTimeout of %v", e.After)
}

// FailureClass names the class.
func (e *TimeoutError) FailureClass() string { return ClassTimeout }

// An AbortError says that a script has ended the run, and why.
type AbortError struct{ Cause error }

func (e *AbortError) Error() string { return e.Cause.Error() }
func (e *AbortError) Unwrap() error { return e.Cause }

// A SessionError says that a user could not get a session.
type SessionError struct{ Cause error }

func (e *SessionError) Error() string { return fmt.Sprintf("open a browser session: %v", e.Cause) }
func (e *SessionError) Unwrap() error { return e.Cause }

// FailureClass names the class.
func (e *SessionError) FailureClass() string { return ClassNoSession }

// A PanicError is a Go panic in the work of one user: a bug of liveload that costs this user only.
type PanicError struct {
	Value any
	Stack []byte
}

func (e *PanicError) Error() string {
	return fmt.Sprintf("liveload itself broke while it worked for this user (%v): please report this", e.Value)
}

// FailureClass names the class.
func (e *PanicError) FailureClass() string { return ClassPanic }

// StackLines returns the Go stack.
func (e *PanicError) StackLines() []string {
	return strings.Split(strings.TrimSpace(string(e.Stack)), "\n")
}

// recovered calls f and turns a panic into a *PanicError.
func recovered(f func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &PanicError{Value: v, Stack: debug.Stack()}
		}
	}()
	return f()
}

// classOf returns the class of an error. An error names its own class with a method FailureClass.
func classOf(err error) string {
	var named interface{ FailureClass() string }
	switch {
	case errors.Is(err, browserpool.ErrLost):
		return ClassLost
	case errors.As(err, &named) && named.FailureClass() != "":
		return named.FailureClass()
	case is[*browserpool.WaitError](err):
		return ClassWait
	case is[*browserpool.PageError](err):
		return ClassPage
	case errors.Is(err, browserpool.ErrNoNavigation):
		return ClassNoPage
	}
	return ClassUnspecific
}

// causeOf returns the cause of an error. An error names its own with a method FailureCause, and its step with FailureStep.
func causeOf(err error, secrets *redact.Redactor) metrics.Cause {
	var named interface {
		FailureCause() (target, reason string)
	}
	target, reason := "", err.Error()
	if errors.As(err, &named) {
		target, reason = named.FailureCause()
	}
	step := ""
	var within interface{ FailureStep() string }
	if errors.As(err, &within) {
		step = within.FailureStep()
	}
	return metrics.NewCause(secrets.Text(target), secrets.Text(step), secrets.Text(reason))
}

// A lossError is a failure of a session that was lost, and says what ended that.
type lossError struct {
	error
	crash browserpool.Crash
}

// explainLoss adds to a failure what ended its session, if that is what the failure is about.
func explainLoss(session browserpool.Session, err error) error {
	if !errors.Is(err, browserpool.ErrLost) || session == nil {
		return err
	}
	crash, known := browserpool.LostBy(session)
	if !known {
		return err
	}
	return &lossError{err, crash}
}

func (e *lossError) Error() string { return e.explain(e.error.Error()) }
func (e *lossError) Unwrap() error { return e.error }

// FailureCause adds it to the cause, too: those that were killed are others than those that crashed.
func (e *lossError) FailureCause() (target, reason string) {
	var named interface {
		FailureCause() (target, reason string)
	}
	if !errors.As(e.error, &named) {
		return "", e.Error()
	}
	target, reason = named.FailureCause()
	return target, e.explain(reason)
}

func (e *lossError) explain(text string) string {
	lost := browserpool.ErrLost.Error()
	return strings.Replace(text, lost, lost+", since "+e.crash.String(), 1)
}

// is says whether there is an E in err.
func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}

// stackOf returns the stack of an error that has one.
func stackOf(err error) []string {
	var stacked interface{ StackLines() []string }
	if errors.As(err, &stacked) {
		return stacked.StackLines()
	}
	return nil
}
