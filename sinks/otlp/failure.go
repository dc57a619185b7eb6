package otlp

import (
	"fmt"
	"time"

	"github.com/liveload/liveload/sinks/pump"
)

// A kind says what a failed export means.
type kind int

const (
	unanswered kind = iota // there is no answer
	passing                // the same may be taken later
	refused                // the same will never be taken, but something else may
	denied                 // the credentials are wrong or missing
	absent                 // nobody takes metrics there
	elsewhere              // it redirects
)

// A failure is an export that did not succeed.
type failure struct {
	kind   kind
	code   string        // of the answer
	reason string        // in the words of the receiver, without secrets; of a redirect where to
	after  time.Duration // that it asks to wait; 0 when it does not say
	err    error         // why there is no answer
}

func (f *failure) Error() string {
	switch {
	case f.err != nil:
		return f.err.Error()
	case f.reason == "":
		return f.code
	}
	return f.code + ": " + f.reason
}

func (f *failure) Unwrap() error { return f.err }

// forPump says what the Pump should do about it.
func (f *failure) forPump(server string) error {
	switch f.kind {
	case unanswered:
		return fmt.Errorf("write to %s: %w", server, f)
	case passing:
		return &pump.BusyError{Reason: f.Error(), RetryAfter: f.after}
	}
	return &pump.RefusedError{Reason: f.Error(), Everything: f.kind != refused}
}
