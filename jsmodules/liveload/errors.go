package liveload

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/metrics"
)

// An OperationError says that an operation of the user failed.
type OperationError struct {
	Number    int    // of the operation, counted from 1 over all iterations of this user
	Operation string // "click"
	Args      []any  // as they were when it ran
	PageURL   string // where the page was; empty when unknown
	Obstacle  string // what was in the way of the page; empty when nothing is known
	Target    string // what it was about, for counting: a selector, the label of an address
	Cause     error
}

func (e *OperationError) Error() string {
	where := ""
	if e.PageURL != "" {
		where = " on " + e.PageURL
	}
	return fmt.Sprintf("%s%s: %v%s", e.call(), where, e.Cause, e.obstacle())
}

// obstacle follows what was waited for.
func (e *OperationError) obstacle() string {
	if e.Obstacle == "" {
		return ""
	}
	return "; " + e.Obstacle
}

// call shows the operation as the script called it.
func (e *OperationError) call() string {
	var args []string
	for _, a := range e.Args {
		args = append(args, showArg(a))
	}
	call := fmt.Sprintf("%s(%s)", e.Operation, strings.Join(args, ", "))
	if e.Number == 0 { // before the first
		return call
	}
	return fmt.Sprintf("operation %d: %s", e.Number, call)
}

func (e *OperationError) Unwrap() error { return e.Cause }

// ErrorName is error.name in scripts.
func (e *OperationError) ErrorName() string { return "OperationError" }

// FailureClass names the kind of failure, for counting: "click timeout", "navigate error",
// "browser lost", "no navigation", "http 503".
func (e *OperationError) FailureClass() string {
	if answered, ok := errors.AsType[*browserpool.StatusError](e.Cause); ok {
		return fmt.Sprintf("http %d", answered.Status)
	}
	switch {
	case errors.Is(e.Cause, browserpool.ErrLost):
		return "browser lost"
	case errors.Is(e.Cause, browserpool.ErrNoNavigation):
		return "no navigation"
	case errors.Is(e.Cause, context.DeadlineExceeded):
		return e.Operation + " timeout"
	}
	return e.Operation + " error"
}

// FailureCause tells failures of a class apart.
func (e *OperationError) FailureCause() (target, reason string) {
	if answered, ok := errors.AsType[*browserpool.StatusError](e.Cause); ok {
		return e.Target, answered.Reason()
	}
	return e.Target, e.found() + e.obstacle()
}

// found is what an operation found instead of what it waited for.
func (e *OperationError) found() string {
	var wait *browserpool.WaitError
	switch {
	case !errors.As(e.Cause, &wait):
		return e.Cause.Error()
	case wait.Found == "":
		return "waited for " + wait.Waiting
	}
	found, _, _ := strings.Cut(wait.Found, ";") // what is close to it differs from page to page
	return found
}

// targetOf returns what an operation with these arguments is about: an address by its label, otherwise the first argument.
func targetOf(operation string, args []any, page string, pages browserpool.PageLabeler) string {
	if len(args) == 0 {
		args = []any{page}
	}
	first, ok := args[0].(string)
	switch {
	case !ok:
		return showArg(args[0])
	case first == "":
		return ""
	case operation == "navigate" || first == page:
		return metrics.HostLabel(first) + pages.PageLabel(first)
	}
	return first
}

// showArg writes an argument as JSON, shortened. What is large is described, since writing it takes long.
func showArg(a any) string {
	a = brief(a)
	if text, ok := a.(unquoted); ok {
		return shorten(string(text))
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(a); err != nil {
		return "an object"
	}
	return shorten(strings.TrimSpace(text.String()))
}

// A FailError says that the script called fail(reason).
type FailError struct {
	Reason string
}

func (e *FailError) Error() string { return "the scenario failed: " + e.Reason }

// ErrorName is error.name in scripts.
func (e *FailError) ErrorName() string { return "FailError" }

// FailureClass names the kind of failure: the beginning of the reason.
func (e *FailError) FailureClass() string {
	reason := []rune(e.Reason)
	return "fail: " + string(reason[:min(len(reason), 40)])
}

// An AbortError says that the script ended the whole test.
type AbortError struct {
	UserID int
	Reason string
}

func (e *AbortError) Error() string {
	return fmt.Sprintf("user %d aborted the test: %s", e.UserID, e.Reason)
}

// ErrorName is error.name in scripts.
func (e *AbortError) ErrorName() string { return "TestAbortedError" }

// FailureClass names the kind of failure.
func (e *AbortError) FailureClass() string { return "test aborted" }

// AbortsTest marks an error that ends the run for all users.
func (e *AbortError) AbortsTest() bool { return true }

// A TimeoutError is the cause of the context of an operation, or a request, when its own time was up.
type TimeoutError struct{ After time.Duration }

func (e *TimeoutError) Error() string { return fmt.Sprintf("timed out after %v", e.After) }

// Is matches context.DeadlineExceeded.
func (e *TimeoutError) Is(target error) bool { return target == context.DeadlineExceeded }
