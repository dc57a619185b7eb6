package main

import (
	"slices"
	"strings"

	"github.com/liveload/liveload/metrics/threshold"
	"github.com/liveload/liveload/plan"
)

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
		compiled, err := layer.compile(names, settings.metrics)
		if err != nil {
			return err
		}
		outside = append(outside, compiled)
	}
	for i := range run.plan.Scenarios {
		scenario := &run.plan.Scenarios[i]
		if scenario.Problem != nil {
			continue
		}
		own, err := compileOwn(scenario, names, settings.metrics)
		if err != nil {
			return err
		}
		own.from = run.from[i]["thresholds"]
		layers := slices.Insert(slices.Clone(outside), len(outside)-1, own)
		specs, places := overlay(layers, scenario.Name)
		scenario.Thresholds = specs
		if len(places) > 0 {
			run.from[i]["thresholds"] = strings.Join(places, " + ")
		}
	}
	return nil
}

// compile compiles the thresholds of a source outside of the scripts.
func (l thresholdLayer) compile(scenarios []string, known threshold.Known) (compiledLayer, error) {
	compiled := compiledLayer{from: l.reader.place(thresholdFlag)}
	for _, spec := range l.specs {
		t, err := threshold.Compile(spec, known)
		if err == nil {
			err = t.CheckScenario(scenarios)
		}
		if mistake := asMistake(err); mistake != nil {
			return compiled, l.refuse(spec.Metric+":"+spec.Expression, mistake)
		}
		compiled.all = append(compiled.all, t)
	}
	return compiled, nil
}

// compileOwn compiles the thresholds that the script sets for a scenario.
func compileOwn(scenario *plan.Scenario, scenarios []string, known threshold.Known) (own compiledLayer, err error) {
	for _, spec := range scenario.Thresholds {
		t, err := threshold.Compile(spec, known)
		if err == nil {
			err = t.CheckScenario(scenarios)
		}
		if mistake := asMistake(err); mistake != nil {
			return own, placeThreshold(scenario.Script, mistake)
		}
		own.all = append(own.all, t)
	}
	return own, nil
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
