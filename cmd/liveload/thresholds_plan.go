package main

import (
	"slices"
	"strings"

	"github.com/liveload/liveload/metrics/threshold"
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
		own, err := compile(scenario.Thresholds, names, settings.metrics, func(_ threshold.Spec, mistake *threshold.Error) error {
			return placeThreshold(scenario.Script, mistake)
		})
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

// compile compiles the thresholds of a source, whose mistakes refuse makes errors of.
func compile(specs []threshold.Spec, scenarios []string, known threshold.Known, refuse func(threshold.Spec, *threshold.Error) error) ([]*threshold.Threshold, error) {
	var all []*threshold.Threshold
	for _, spec := range specs {
		t, err := threshold.Compile(spec, known)
		if err == nil {
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
