package main

import (
	"fmt"
	"maps"
	"slices"

	"github.com/liveload/liveload/js"
	"github.com/liveload/liveload/js/scripterr"
	"github.com/liveload/liveload/plan"
)

// onceOnly says which functions a script has that are called once.
func onceOnly(path string, exports *js.Exports) (setup, teardown bool, err error) {
	for _, phase := range []plan.Phase{plan.Setup, plan.Teardown} {
		if exports.Has(string(phase)) && !slices.Contains(exports.Functions, string(phase)) {
			return false, false, &scripterr.Error{File: path, Message: fmt.Sprintf("the export %s must be a function", phase)}
		}
	}
	return exports.Has(string(plan.Setup)), exports.Has(string(plan.Teardown)), nil
}

// habits warns about what means something to other load testers, and something else or nothing here.
func habits(path string, exports *js.Exports, scenarios []plan.NamedScenario) (warnings []string) {
	for _, name := range exports.Names {
		used := slices.ContainsFunc(scenarios, func(s plan.NamedScenario) bool { return s.Exec == name })
		if instead := plan.ForeignExport(name); instead != "" && !used {
			warnings = append(warnings, fmt.Sprintf("nothing calls the export %s of %s: %s", name, path, instead))
		}
	}
	warnings = append(warnings, shortTimes(path+", options", exports.Options)...)
	for _, name := range exports.ScenarioNames {
		scenario, _ := exports.Scenarios[name].(map[string]any)
		warnings = append(warnings, shortTimes(path+", scenarios."+name, scenario)...)
	}
	return warnings
}

// timeOptions are options that are times, also those of a stage.
var timeOptions = []string{"duration", "grace", "iterationTimeout", "rampUp", "startTime"}

// shortTimes warns about times below 10 that are bare numbers, which are milliseconds.
func shortTimes(where string, options map[string]any) (warnings []string) {
	for _, name := range slices.Sorted(maps.Keys(options)) {
		if stages, ok := options[name].([]any); ok && name == "stages" {
			for i, stage := range stages {
				of, _ := stage.(map[string]any)
				warnings = append(warnings, shortTimes(fmt.Sprintf("%s, stage %d", where, i+1), of)...)
			}
		}
		if n, ok := options[name].(float64); ok && slices.Contains(timeOptions, name) && n > 0 && n < 10 {
			warnings = append(warnings, fmt.Sprintf("%s: %s: %v is %v ms, since bare numbers are milliseconds: write '%vs' for seconds, or '%vms' if it is meant", where, name, n, n, n, n))
		}
	}
	return warnings
}
