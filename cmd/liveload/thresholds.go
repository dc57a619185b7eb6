package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/threshold"
	"github.com/liveload/liveload/runner"
)

// thresholds reads METRIC:EXPRESSION, each time that the flag is given.
func (r *flagReader) thresholds(flag string) []threshold.Spec {
	var specs []threshold.Spec
	for _, text := range r.c.StringSlice(flag) {
		spec, err := threshold.ParseFlag(text)
		if mistake := asMistake(err); mistake != nil {
			r.refuse(flag, "%s", pointAt(text, mistake))
			return nil
		}
		specs = append(specs, spec)
	}
	return specs
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

// refuseThreshold makes a mistake in a threshold of the command line an error of its flag.
func refuseThreshold(spec threshold.Spec, mistake *threshold.Error) error {
	f, _ := mustFind("run").flag("threshold")
	text := spec.Metric + ":" + spec.Expression
	return &usageError{problem: fmt.Sprintf("--%s (or %s) %s", f.name, f.variable(), pointAt(text, mistake)), command: "run"}
}

// checkThresholds finds mistakes in the thresholds of a script, when its own metrics are known.
func checkThresholds(path string, scenarios []runner.ScenarioPlan, known threshold.Known) error {
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
	placed := &js.Error{File: path, Message: mistake.Error(), Cause: mistake}
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

// decideThresholds gives each scenario its thresholds: those of the command line, and those of its
// script that none of these is in place of.
func decideThresholds(plan *runner.Plan, settings runSettings) error {
	flags, err := compileFlags(settings)
	if err != nil {
		return err
	}
	var names []string
	for _, scenario := range plan.Scenarios {
		names = append(names, scenario.Name)
	}
	for i, f := range flags {
		if mistake := asMistake(f.CheckScenario(names)); mistake != nil {
			return refuseThreshold(settings.thresholds[i], mistake)
		}
	}
	for i := range plan.Scenarios {
		scenario := &plan.Scenarios[i]
		if scenario.Problem != nil {
			continue
		}
		if err := mergeThresholds(scenario, flags, names, settings.metrics); err != nil {
			return err
		}
	}
	return nil
}

func compileFlags(settings runSettings) ([]*threshold.Threshold, error) {
	var flags []*threshold.Threshold
	for _, spec := range settings.thresholds {
		t, err := threshold.Compile(spec, settings.metrics)
		if mistake := asMistake(err); mistake != nil {
			return nil, refuseThreshold(spec, mistake)
		}
		flags = append(flags, t)
	}
	return flags, nil
}

func mergeThresholds(scenario *runner.ScenarioPlan, flags []*threshold.Threshold, names []string, known threshold.Known) error {
	var merged []threshold.Spec
	for _, spec := range scenario.Thresholds {
		t, err := threshold.Compile(spec, known)
		if err != nil {
			return err
		}
		if mistake := asMistake(t.CheckScenario(names)); mistake != nil {
			return placeThreshold(scenario.Script, mistake)
		}
		if !slices.ContainsFunc(flags, func(f *threshold.Threshold) bool { return f.Replaces(t) }) {
			merged = append(merged, spec)
		}
	}
	for _, f := range flags {
		if only := f.Scenario(); only == "" || only == scenario.Name {
			merged = append(merged, f.Spec)
		}
	}
	scenario.Thresholds = merged
	return nil
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
