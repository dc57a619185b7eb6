// Package scripterr has the errors of scripts: what happened, at which place of the author's files, and the line there.
package scripterr

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// An Error is an error of a script: one that it threw, or one that kept it from starting. Positions
// are those of the author's files. The zero Line means that no position is known.
type Error struct {
	Name       string // "TypeError", "SyntaxError", "OperationError", ...; may be empty
	Message    string
	File       string
	Line       int // counted from 1
	Column     int // counted from 1
	SourceLine string
	Stack      []Frame  // innermost first; only the author's files
	Also       []*Error // further errors of the same bundle
	Step       string   // the named step of the scenario in which it was thrown; may be empty
	Cause      error    // the Go error that was thrown through the script, also inside error.cause; may be nil
}

// A Frame is a place in an author's file.
type Frame struct {
	Func   string
	File   string
	Line   int
	Column int
}

func (f Frame) String() string {
	place := f.File + ":" + strconv.Itoa(f.Line) + ":" + strconv.Itoa(f.Column)
	if f.Func == "" {
		return place
	}
	return f.Func + " (" + place + ")"
}

// Position returns "file:line:column", or what of it is known.
func (e *Error) Position() string {
	if e.Line == 0 {
		return e.File
	}
	return fmt.Sprintf("%s:%d:%d", e.File, e.Line, e.Column)
}

// Error returns one line: the position and what happened.
func (e *Error) Error() string {
	text := inStep(e.Step) + strings.ReplaceAll(e.Title(), "\n", " ")
	if pos := e.Position(); pos != "" {
		text = pos + ": " + text
	}
	if n := len(e.Also); n > 0 {
		text += fmt.Sprintf(" (and %d more)", n)
	}
	return text
}

func inStep(name string) string {
	if name == "" {
		return ""
	}
	return fmt.Sprintf("in step %q: ", name)
}

// FailureStep is the step in which it was thrown.
func (e *Error) FailureStep() string { return e.Step }

// FailureCause tells failures of a class apart: those of the Go error that the script let through know more than the place.
func (e *Error) FailureCause() (target, reason string) {
	var named interface {
		FailureCause() (target, reason string)
	}
	if errors.As(e.Cause, &named) {
		return named.FailureCause()
	}
	return e.Position(), e.Title()
}

// FailureClass names the kind of failure in a few words, for counting: that of the Go error that the
// script let through, or "script error".
func (e *Error) FailureClass() string {
	var named interface{ FailureClass() string }
	if errors.As(e.Cause, &named) {
		return named.FailureClass()
	}
	return "script error"
}

// StackLines returns the stack for people, the innermost place first.
func (e *Error) StackLines() []string {
	lines := make([]string, len(e.Stack))
	for i, f := range e.Stack {
		lines[i] = f.String()
	}
	return lines
}

// Unwrap returns the Go error that the script let through, or nil.
func (e *Error) Unwrap() error { return e.Cause }

// Pretty returns the error for people: what happened, where, the line of the source with a caret
// below the place, and the calls that led there.
func (e *Error) Pretty() string {
	var b strings.Builder
	e.write(&b)
	for _, other := range e.Also {
		b.WriteByte('\n')
		other.write(&b)
	}
	return b.String()
}

// Title returns the name and the message, without the place.
func (e *Error) Title() string {
	switch {
	case e.Name == "" || e.Cause != nil && e.Message == e.Cause.Error():
		return e.Message
	case e.Message == "":
		return e.Name
	}
	return e.Name + ": " + e.Message
}

func (e *Error) write(b *strings.Builder) {
	b.WriteString(inStep(e.Step) + e.Title() + "\n")
	if pos := e.Position(); pos != "" {
		b.WriteString("  at " + pos + "\n")
	}
	if strings.TrimSpace(e.SourceLine) != "" {
		number := strconv.Itoa(e.Line)
		text, caret := window(e.SourceLine, e.Column)
		fmt.Fprintf(b, "  %s | %s\n  %s | %s^\n", number, text, strings.Repeat(" ", len(number)), caret)
	}
	for i, f := range e.Stack {
		if i > 0 {
			b.WriteString("  called from " + f.String() + "\n")
		}
	}
}

// maxSourceLine bounds how much of a long line is shown, in characters.
const maxSourceLine = 120

// window returns the part of a line around column, and the blank text that puts a caret under that column. Tabs are kept
// in both, so that they line up.
func window(line string, column int) (text, indent string) {
	runes := []rune(line)
	at := min(max(column-1, 0), len(runes))
	if len(runes) > maxSourceLine {
		from := min(max(at-maxSourceLine/2, 0), len(runes)-maxSourceLine)
		runes = runes[from : from+maxSourceLine]
		at -= from
	}
	blank := make([]rune, at)
	for i := range blank {
		blank[i] = ' '
		if runes[i] == '\t' {
			blank[i] = '\t'
		}
	}
	return string(runes), string(blank)
}
