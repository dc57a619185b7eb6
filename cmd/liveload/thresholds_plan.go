package main

import (
	"slices"
	"strings"

	"github.com/liveload/liveload/metrics/threshold"
	"github.com/liveload/liveload/plan"
)

// promises are the thresholds of one place.
type promises struct {
	all  []*threshold.Threshold
	from string // what people call the place
}

// decideThresholds gives each scenario its thresholds: those of all places, except for those about a
// number of which a stronger place speaks. The script is between the environment and the options file.
func decideThresholds(run *plannedRun, settings runSettings) error {
	var names []string
	for _, scenario := range run.plan.Scenarios {
		names = append(names, scenario.Name)
	}
	var outside []promises
	for _, layer := range settings.thresholds {
		said, err := layer.compile(names, settings.metrics)
		if err != nil {
			return err
		}
		outside = append(outside, said)
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

// compile understands what a place outside of the scripts says.
func (l thresholdLayer) compile(scenarios []string, known threshold.Known) (promises, error) {
	said := promises{from: l.reader.place(thresholdFlag)}
	for _, spec := range l.specs {
		t, err := threshold.Compile(spec, known)
		if err == nil {
			err = t.CheckScenario(scenarios)
		}
		if mistake := asMistake(err); mistake != nil {
			return said, l.refuse(spec.Metric+":"+spec.Expression, mistake)
		}
		said.all = append(said.all, t)
	}
	return said, nil
}

// compileOwn understands what the script says about a scenario.
func compileOwn(scenario *plan.Scenario, scenarios []string, known threshold.Known) (own promises, err error) {
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

// overlay returns what is left for a scenario of several places, the strongest first, and the places
// that have said it. What it returns is the other way round: the strongest last.
func overlay(layers []promises, scenario string) (specs []threshold.Spec, places []string) {
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
