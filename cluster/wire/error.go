package wire

import (
	"errors"

	"github.com/liveload/liveload/js/scripterr"
	"github.com/liveload/liveload/runner"
)

// An Error is an error that travels.
type Error struct {
	Text   string           `json:"text"`
	Abort  bool             `json:"abort,omitempty"`  // a script has ended the run
	Script *scripterr.Error `json:"script,omitempty"` // with its place; causes in Go stay behind
}

// NewError returns what travels of an error; nil for nil.
func NewError(err error) *Error {
	if err == nil {
		return nil
	}
	e := &Error{Text: err.Error()}
	_, e.Abort = errors.AsType[*runner.AbortError](err)
	if script, ok := errors.AsType[*scripterr.Error](err); ok {
		e.Script = plain(script)
	}
	return e
}

// plain returns an error of a script without its causes, and with the same texts.
func plain(of *scripterr.Error) *scripterr.Error {
	e := *of
	if e.Cause != nil && e.Title() == e.Message {
		e.Name = ""
	}
	e.Cause, e.Also = nil, nil
	for _, other := range of.Also {
		e.Also = append(e.Also, plain(other))
	}
	return &e
}

// Err returns the error that has arrived; nil for nil.
func (e *Error) Err() error {
	if e == nil {
		return nil
	}
	var err error = &arrived{e}
	if e.Abort {
		err = &runner.AbortError{Cause: err}
	}
	return err
}

// An arrived error reads as it did where it happened.
type arrived struct{ of *Error }

func (e *arrived) Error() string { return e.of.Text }

func (e *arrived) Unwrap() error {
	if e.of.Script == nil {
		return nil
	}
	return e.of.Script
}
