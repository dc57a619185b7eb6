package main

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/liveload/liveload/js/scripterr"
	"github.com/liveload/liveload/metrics/threshold"
	"github.com/liveload/liveload/plan"
)

// placeOption says where in the script a refused option is, if the text shows it plainly.
func placeOption(path string, err error) error {
	var option *plan.OptionError
	if !errors.As(err, &option) {
		return err
	}
	return placed(path, err, func(text string) int { return offsetOf(text, option) })
}

// placeThreshold says where in the script a mistake in a threshold is, if the text shows it plainly: after the word
// thresholds, in quotes or, if it is a name, as a key.
func placeThreshold(path string, mistake *threshold.Error) error {
	quoted := regexp.QuoteMeta(mistake.Text)
	pattern := fmt.Sprintf("['\"`]%s['\"`]", quoted)
	if mistake.Text != "" {
		pattern += "|" + quoted + ":"
	}
	return placed(path, mistake, func(text string) int {
		at := behind(text, strings.Index(text, "thresholds"), regexp.MustCompile(pattern))
		if at < 0 {
			return -1
		}
		if strings.IndexByte("'\"`", text[at]) >= 0 {
			at++
		}
		return at + len(string([]rune(mistake.Text)[:mistake.Column-1]))
	})
}

// placed makes err an error of the place in the script that offset finds; -1 is nowhere.
func placed(path string, err error, offset func(text string) int) error {
	placed := &scripterr.Error{File: path, Message: err.Error(), Cause: err}
	content, readErr := os.ReadFile(path)
	if readErr != nil {
		return placed
	}
	text := string(content)
	at := offset(text)
	if at < 0 {
		return placed
	}
	lineStart := strings.LastIndexByte(text[:at], '\n') + 1
	placed.Line = strings.Count(text[:at], "\n") + 1
	placed.Column = utf8.RuneCountInString(text[lineStart:at]) + 1
	placed.SourceLine, _, _ = strings.Cut(text[lineStart:], "\n")
	placed.SourceLine = strings.TrimSuffix(placed.SourceLine, "\r")
	return placed
}

// offsetOf finds the key of an option: after the word options, or after scenarios and the name of the
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
