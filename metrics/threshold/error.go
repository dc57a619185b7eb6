package threshold

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/agext/levenshtein"
)

// An Error is a threshold that cannot be understood, and where.
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

// A mistake is what a parser finds at a byte of a text.
type mistake struct {
	at      int
	problem string
}

func (m *mistake) Error() string { return m.problem }

func wrong(at int, format string, args ...any) error {
	return &mistake{at, fmt.Sprintf(format, args...)}
}

// refuse says where in the text of a threshold a mistake is.
func (s Spec) refuse(text string, err error) error {
	var m *mistake
	if !errors.As(err, &m) {
		return err
	}
	return &Error{Spec: s, Text: text, Column: utf8.RuneCountInString(text[:min(m.at, len(text))]) + 1, Problem: m.problem}
}

// didYouMean ends a sentence about a word that is not known with the one that was probably meant, or
// with all that there are when they are few.
func didYouMean(word string, words []string) string {
	best, highest := "", 0.59 // of five letters two may be wrong
	for _, w := range words {
		if score := similarity(strings.ToLower(word), strings.ToLower(w)); score > highest {
			best, highest = w, score
		}
	}
	switch {
	case best != "":
		return meant + best + "?"
	case len(words) > mostListed || len(words) == 0:
		return ""
	}
	return ": write " + oneOf(words)
}

const (
	mostListed = 10
	meant      = ": did you mean "
)

// similarity is from 0 to 1. In short words, letters in another order and an end that is missing weigh
// less than they count.
func similarity(a, b string) float64 {
	score := levenshtein.Similarity(a, b, levenshtein.NewParams())
	switch {
	case len(a) < 2 || len(b) < 2:
	case sorted(a) == sorted(b): // likelier than a word with other letters
		score = max(score, 0.8)
	case strings.HasPrefix(a, b) || strings.HasPrefix(b, a):
		score = max(score, 0.6)
	}
	return score
}

func sorted(word string) string {
	letters := []rune(word)
	slices.Sort(letters)
	return string(letters)
}

// oneOf lists words: "a, b or c".
func oneOf(words []string) string { return list(words, "or") }

func list(words []string, last string) string {
	n := len(words)
	if n < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:n-1], ", ") + " " + last + " " + words[n-1]
}
