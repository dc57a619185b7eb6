package threshold

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/liveload/liveload/suggest"
)

// An Error says what is wrong with a threshold, and where.
type Error struct {
	Spec    Spec
	Text    string // the part of it that is wrong: Spec.Metric or Spec.Expression
	Column  int    // of the mistake in Text, in characters, counted from 1
	Problem string // what is wrong, and what to write instead
}

func (e *Error) Error() string {
	if e.Text == e.Spec.Metric {
		return fmt.Sprintf("threshold of %q, column %d: %s", e.Text, e.Column, e.Problem)
	}
	return fmt.Sprintf("threshold %q of %s, column %d: %s", e.Text, e.Spec.Metric, e.Column, e.Problem)
}

// A mistake is an error at a byte offset of a text.
type mistake struct {
	at      int
	problem string
}

func (m *mistake) Error() string { return m.problem }

func wrong(at int, format string, args ...any) error {
	return &mistake{at, fmt.Sprintf(format, args...)}
}

// refuse turns a mistake in a text of the threshold into an *Error.
func (s Spec) refuse(text string, err error) error {
	m, ok := errors.AsType[*mistake](err)
	if !ok {
		return err
	}
	return &Error{Spec: s, Text: text, Column: utf8.RuneCountInString(text[:min(m.at, len(text))]) + 1, Problem: m.problem}
}

// didYouMean ends a message about an unknown word with the one that was probably meant, or with all words when they
// are few.
func didYouMean(word string, words []string) string {
	near := suggest.Closest(word, words)
	switch {
	case near != "":
		return meant + near + "?"
	case len(words) > mostListed || len(words) == 0:
		return ""
	}
	return ": write " + oneOf(words)
}

const (
	mostListed = 10
	meant      = ": did you mean "
)

// oneOf lists words: "a, b or c".
func oneOf(words []string) string {
	n := len(words)
	if n < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:n-1], ", ") + " or " + words[n-1]
}
