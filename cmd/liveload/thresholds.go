package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

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
func checkThresholds(path string, scenarios []plan.Scenario, known *metrics.Registry) error {
	for _, scenario := range scenarios {
		if _, err := compile(scenario.Thresholds, nil, known, inScript(path)); err != nil {
			return err
		}
	}
	return nil
}

// compiledLayer is the thresholds of one source.
type compiledLayer struct {
	all  []*threshold.Threshold
	from string // how messages name the source
}

// decideThresholds gives each scenario its thresholds: those of all sources, except where a
// stronger source has one about the same number. The script is between the environment and the options file.
func decideThresholds(run *plannedRun, settings runSettings) error {
	var names []string
	for _, scenario := range run.plan.Scenarios {
		names = append(names, scenario.Name)
	}
	var outside []compiledLayer
	for _, layer := range settings.thresholds {
		all, err := compile(layer.specs, names, settings.metrics, func(s threshold.Spec, mistake *threshold.Error) error {
			return layer.refuse(s.Metric+":"+s.Expression, mistake)
		})
		if err != nil {
			return err
		}
		outside = append(outside, compiledLayer{all, layer.reader.place(thresholdFlag)})
	}
	for i := range run.plan.Scenarios {
		scenario := &run.plan.Scenarios[i]
		if scenario.Problem != nil {
			continue
		}
		own, err := compile(scenario.Thresholds, names, settings.metrics, inScript(scenario.Script))
		if err != nil {
			return err
		}
		layers := slices.Insert(slices.Clone(outside), len(outside)-1, compiledLayer{own, run.from[i]["thresholds"]})
		specs, places := overlay(layers, scenario.Name)
		scenario.Thresholds = specs
		if len(places) > 0 {
			run.from[i]["thresholds"] = strings.Join(places, " + ")
		}
	}
	return nil
}

// inScript makes errors of mistakes in the thresholds of a script.
func inScript(path string) func(threshold.Spec, *threshold.Error) error {
	return func(_ threshold.Spec, mistake *threshold.Error) error { return placeThreshold(path, mistake) }
}

// compile compiles the thresholds of a source, whose mistakes refuse makes errors of. scenarios are those that they may
// name; nil when they are not known yet.
func compile(specs []threshold.Spec, scenarios []string, known *metrics.Registry, refuse func(threshold.Spec, *threshold.Error) error) ([]*threshold.Threshold, error) {
	var all []*threshold.Threshold
	for _, spec := range specs {
		t, err := threshold.Compile(spec, known)
		if err == nil && scenarios != nil {
			err = t.CheckScenario(scenarios)
		}
		if mistake := asMistake(err); mistake != nil {
			return nil, refuse(spec, mistake)
		}
		all = append(all, t)
	}
	return all, nil
}

// overlay returns the thresholds of a scenario that no stronger source replaces, and the names of their sources. It takes
// the strongest source first and returns the strongest last.
func overlay(layers []compiledLayer, scenario string) (specs []threshold.Spec, places []string) {
	var above []*threshold.Threshold
	for _, layer := range layers {
		var kept []threshold.Spec
		for _, t := range layer.all {
			only := t.Scenario()
			concerns := only == "" || only == scenario
			if concerns && !slices.ContainsFunc(above, func(a *threshold.Threshold) bool { return a.Replaces(t) }) {
				kept = append(kept, t.Spec)
			}
		}
		above = append(above, layer.all...)
		if len(kept) > 0 {
			specs = append(kept, specs...)
			places = append([]string{layer.from}, places...)
		}
	}
	return specs, places
}

// judgeThresholds refuses a run in which a threshold was not met.
func judgeThresholds(results []metrics.Result) error {
	var unmet []string
	all := 0
	for _, r := range results {
		all += len(r.Thresholds)
		for _, o := range r.Thresholds {
			if !o.OK {
				unmet = append(unmet, fmt.Sprintf("\n  %s: %s: %s: %s", r.Name, o.Metric, o.Expression, threshold.Describe(o)))
			}
		}
	}
	what := fmt.Sprintf("%d of %d thresholds were", len(unmet), all)
	switch {
	case len(unmet) == 0:
		return nil
	case all == 1:
		what = "the threshold was"
	case len(unmet) == 1:
		what = fmt.Sprintf("1 of %d thresholds was", all)
	}
	return &brokenError{what + " not met:" + strings.Join(unmet, "")}
}
