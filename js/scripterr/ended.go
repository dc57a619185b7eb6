package scripterr

import (
	"fmt"
	"runtime/debug"
	"strings"
)

// An InterruptError says that a call was ended from outside and what the script was doing then. It wraps
// context.Cause.
type InterruptError struct {
	Doing string // "was running shop.js:12:3", "was waiting for a timer or an operation", ...
	Step  string // the named step of the scenario that was under way; may be empty
	Cause error
	// Target is the selector or address of the operation that was under way; may be empty.
	Target string
}

func (e *InterruptError) Error() string {
	text := e.Cause.Error() + ": the script " + e.Doing
	if e.Step != "" {
		text += fmt.Sprintf(", in step %q", e.Step)
	}
	return text
}

// FailureStep is the step that was under way.
func (e *InterruptError) FailureStep() string { return e.Step }

// FailureCause says what the script was doing.
func (e *InterruptError) FailureCause() (target, reason string) {
	return e.Target, "the script " + e.Doing
}

func (e *InterruptError) Unwrap() error { return e.Cause }

// A PanicError is a panic of Go code that a script called: a bug in liveload that costs only one user.
type PanicError struct {
	Value any
	Stack []byte
}

// Panic makes an error of what recover has returned, during the same deferred call.
func Panic(recovered any) *PanicError { return &PanicError{Value: recovered, Stack: debug.Stack()} }

func (e *PanicError) Error() string {
	return fmt.Sprintf("liveload itself broke in this operation (%v): please report this", e.Value)
}

// FailureClass names the class.
func (e *PanicError) FailureClass() string { return "panic" }

// StackLines returns the Go stack.
func (e *PanicError) StackLines() []string {
	return strings.Split(strings.TrimSpace(string(e.Stack)), "\n")
}
