package otlp

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode"

	"github.com/liveload/liveload/sinks/pump"
)

const (
	userAgent = "liveload"
	// longestReason is how much of an answer is shown, in bytes. A proxy may answer with a page.
	longestReason = 300
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

// noAnswer is a request without an answer.
func (s *settings) noAnswer(err error) *failure {
	var at *url.Error
	if errors.As(err, &at) {
		err = at.Err // it would repeat the whole address
	}
	return &failure{kind: unanswered, err: err}
}

// shorten makes one line without secrets of what a receiver says.
func (s *settings) shorten(text string) string {
	words := strings.FieldsFunc(s.hide(text), func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) })
	text = strings.ToValidUTF8(strings.Join(words, " "), "")
	if len(text) > longestReason {
		text = strings.ToValidUTF8(text[:longestReason], "") + "..."
	}
	return text
}
