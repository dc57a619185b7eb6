package wire

import (
	"errors"

	"github.com/liveload/liveload/js/scripterr"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/runner"
)

// Limits of an error that has arrived, so that no worker fills the screen of the controller.
const (
	mostText  = 10_000 // characters
	mostPlace = 1000   // characters of what says where
	mostLines = 100    // of a stack, and further errors
)

// An Error is an error that travels.
type Error struct {
	Text   string           `json:"text"`
	Abort  bool             `json:"abort,omitempty"`  // a script has ended the run
	Gone   bool             `json:"gone,omitempty"`   // the node leaves
	Script *scripterr.Error `json:"script,omitempty"` // with its place; causes in Go stay behind
}

// NewError returns what travels of an error; nil for nil.
func NewError(err error) *Error {
	if err == nil {
		return nil
	}
	e := &Error{Text: err.Error()}
	_, e.Abort = errors.AsType[*runner.AbortError](err)
	_, e.Gone = errors.AsType[*node.GoneError](err)
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

// Err returns the error that has arrived, with texts for terminals; nil for nil.
func (e *Error) Err() error {
	if e == nil {
		return nil
	}
	var err error = &arrived{text: readable(e.Text, mostText), script: cleaned(e.Script)}
	if e.Gone {
		err = &node.GoneError{Cause: err}
	}
	if e.Abort {
		err = &runner.AbortError{Cause: err}
	}
	return err
}

// cleaned returns an error of a script with texts for terminals; nil for nil.
func cleaned(of *scripterr.Error) *scripterr.Error {
	if of == nil {
		return nil
	}
	e := &scripterr.Error{Name: readable(of.Name, mostPlace), Message: readable(of.Message, mostText), File: readable(of.File, mostPlace),
		Line: of.Line, Column: of.Column, SourceLine: readable(of.SourceLine, mostText), Step: readable(of.Step, mostPlace)}
	for _, f := range of.Stack[:min(len(of.Stack), mostLines)] {
		f.Func, f.File = readable(f.Func, mostPlace), readable(f.File, mostPlace)
		e.Stack = append(e.Stack, f)
	}
	for _, other := range of.Also[:min(len(of.Also), mostLines)] {
		if one := cleaned(other); one != nil {
			one.Also = nil // bundles have none of their own
			e.Also = append(e.Also, one)
		}
	}
	return e
}

func readable(text string, most int) string { return Plain(text, most, "\n\t") }

// An arrived error reads as it did where it happened.
type arrived struct {
	text   string
	script *scripterr.Error
}

func (e *arrived) Error() string { return e.text }

func (e *arrived) Unwrap() error {
	if e.script == nil {
		return nil
	}
	return e.script
}
