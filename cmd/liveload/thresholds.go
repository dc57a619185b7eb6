package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/liveload/liveload/js/scripterr"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/threshold"
	"github.com/liveload/liveload/plan"
)

// A thresholdLayer is the thresholds of one source outside of the scripts.
type thresholdLayer struct {
	reader flagReader // of that source
	specs  []threshold.Spec
}

// thresholds reads every METRIC:EXPRESSION of a source.
func (s source) thresholds() (thresholdLayer, error) {
	layer := thresholdLayer{reader: flagReader{layered: layered{s}}}
	for _, text := range s.texts[thresholdFlag] {
		spec, err := threshold.ParseFlag(text)
		if mistake := asMistake(err); mistake != nil {
			return layer, layer.refuse(text, mistake)
		}
		layer.specs = append(layer.specs, spec)
	}
	return layer, nil
}

const thresholdFlag = "threshold"

// refuse makes a mistake in a threshold an error of its source.
func (l thresholdLayer) refuse(text string, mistake *threshold.Error) error {
	l.reader.refuse(thresholdFlag, "%s", pointAt(text, mistake))
	return l.reader.err
}

// asMistake returns the mistake that an error of package threshold is, nil when there is none.
func asMistake(err error) (mistake *threshold.Error) {
	errors.As(err, &mistake)
	return mistake
}

// pointAt shows a mistake in the text of a flag, with a caret below the place.
func pointAt(text string, mistake *threshold.Error) string {
	at := utf8.RuneCountInString(text)
	if found := strings.LastIndex(text, mistake.Text); found >= 0 {
		at = utf8.RuneCountInString(text[:found]) + mistake.Column - 1
	}
	return fmt.Sprintf("is %q: %s\n  %s\n  %s^", text, mistake.Problem, text, strings.Repeat(" ", at))
}

// checkThresholds finds mistakes in the thresholds of a script, when its own metrics are known.
func checkThresholds(path string, scenarios []plan.Scenario, known threshold.Known) error {
	for _, scenario := range scenarios {
		for _, spec := range scenario.Thresholds {
			_, err := threshold.Compile(spec, known)
			if mistake := asMistake(err); mistake != nil {
				return placeThreshold(path, mistake)
			}
		}
	}
	return nil
}

// placeThreshold says where in the script a mistake in a threshold is, if the text shows it plainly.
func placeThreshold(path string, mistake *threshold.Error) error {
	placed := &scripterr.Error{File: path, Message: mistake.Error(), Cause: mistake}
	content, err := os.ReadFile(path)
	if err != nil {
		return placed
	}
	number := 0
	within := false // the thresholds
	for line := range strings.Lines(string(content)) {
		number++
		line = strings.TrimRight(line, "\r\n")
		within = within || strings.Contains(line, "thresholds")
		if at := literal(line, mistake.Text); within && at >= 0 {
			placed.Line, placed.SourceLine = number, line
			placed.Column = utf8.RuneCountInString(line[:at]) + mistake.Column
			break
		}
	}
	return placed
}

// literal finds a text in a line of JavaScript: in quotes, or, if it is a word, as a key.
func literal(line, text string) int {
	for _, quote := range []string{"'", `"`, "`"} {
		if at := strings.Index(line, quote+text+quote); at >= 0 {
			return at + 1
		}
	}
	if at := strings.Index(line, text+":"); at >= 0 && text != "" {
		return at
	}
	return -1
}

// An unmetError says which thresholds were not met.
type unmetError struct {
	unmet []string
	of    int
}

func (e *unmetError) Error() string {
	what := fmt.Sprintf("%d of %d thresholds were", len(e.unmet), e.of)
	switch {
	case e.of == 1:
		what = "the threshold was"
	case len(e.unmet) == 1:
		what = fmt.Sprintf("1 of %d thresholds was", e.of)
	}
	return fmt.Sprintf("%s not met:\n  %s", what, strings.Join(e.unmet, "\n  "))
}

// judgeThresholds refuses a run in which a threshold was not met.
func judgeThresholds(results []metrics.Result) error {
	failed := &unmetError{}
	for _, r := range results {
		failed.of += len(r.Thresholds)
		for _, o := range r.Thresholds {
			if !o.OK {
				failed.unmet = append(failed.unmet, fmt.Sprintf("%s: %s: %s: %s", r.Name, o.Metric, o.Expression, threshold.Describe(o)))
			}
		}
	}
	if len(failed.unmet) == 0 {
		return nil
	}
	return failed
}
