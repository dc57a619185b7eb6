package main

import (
	"errors"
	"os"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/liveload/liveload/js/scripterr"
	"github.com/liveload/liveload/plan"
)

// placeOption says where in the script a refused option stands, if the text shows it plainly.
func placeOption(path string, err error) error {
	var option *plan.OptionError
	if !errors.As(err, &option) {
		return err
	}
	placed := &scripterr.Error{File: path, Message: err.Error(), Cause: err}
	text, readErr := os.ReadFile(path)
	if readErr != nil {
		return placed
	}
	offset := offsetOf(string(text), option)
	if offset < 0 {
		return placed
	}
	before := string(text[:offset])
	lineStart := strings.LastIndexByte(before, '\n') + 1
	placed.Line = strings.Count(before, "\n") + 1
	placed.Column = utf8.RuneCountInString(before[lineStart:]) + 1
	placed.SourceLine, _, _ = strings.Cut(string(text[lineStart:]), "\n")
	return placed
}

// offsetOf finds the key of an option: behind the word options, or behind scenarios and the name of the
// scenario; then also that name alone, for an option that is missing. -1 is nowhere.
func offsetOf(text string, option *plan.OptionError) int {
	if option.Option == "scenarios" {
		return strings.Index(text, "scenarios")
	}
	if option.Scenario == "" {
		return behind(text, wordIn(text, "options"), key(option.Option))
	}
	scenario := behind(text, wordIn(text, "scenarios"), key(option.Scenario))
	if at := behind(text, scenario, key(option.Option)); at >= 0 && !strings.HasPrefix(option.Problem, "is missing") {
		return at
	}
	return scenario
}

func wordIn(text, word string) int { return behind(text, 0, regexp.MustCompile(`\b`+word+`\b`)) }

func key(name string) *regexp.Regexp {
	return regexp.MustCompile(`['"]?\b` + regexp.QuoteMeta(name) + `\b['"]?\s*:`)
}

// behind is where a pattern occurs after a place, which may be nowhere.
func behind(text string, from int, pattern *regexp.Regexp) int {
	if from < 0 {
		return -1
	}
	at := pattern.FindStringIndex(text[from:])
	if at == nil {
		return -1
	}
	return from + at[0]
}
