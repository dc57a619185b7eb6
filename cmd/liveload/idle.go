package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/liveload/liveload/plan"
)

// Where options of a scenario come from, the strongest source first.
const (
	fromCommandLine = iota
	fromEnvironment
	fromScript
	fromFile
	fromDefault
)

// A sourceLayer is the options of one source.
type sourceLayer struct {
	plan.Layer
	origin   int    // fromCommandLine and so on
	script   string // the path, of fromScript
	scenario string // the one that the script means; "" for all
}

// layers returns all options that are set for a scenario, the strongest first.
func (s runSettings) layers(path string, script plan.Layer, scenario plan.NamedScenario) []sourceLayer {
	var all []sourceLayer
	for i, layer := range s.above {
		all = append(all, sourceLayer{Layer: layer, origin: fromCommandLine + i})
	}
	all = append(all, sourceLayer{plan.Layer{Options: scenario.Options}, fromScript, path, scenario.Name}, sourceLayer{Layer: script, origin: fromScript, script: path})
	for _, layer := range s.below {
		all = append(all, sourceLayer{Layer: layer, origin: fromFile})
	}
	return all
}

// loadOrigin returns where the load of a scenario comes from.
func (s runSettings) loadOrigin(layers []sourceLayer, scenario plan.NamedScenario) int {
	switch {
	case s.findLimit != nil: // it replaces every load
		return fromCommandLine
	case scenario.Options.HasLoad():
		return fromScript
	}
	for _, layer := range layers {
		if layer.Options.HasLoad() {
			return layer.origin
		}
	}
	return fromDefault
}

// An idleOption is an option that changes nothing in a scenario.
type idleOption struct {
	sourceLayer
	option string
	idle   plan.Idleness
	load   int // origin of the scenario's load
}

// key identifies an option of one source.
func (o idleOption) key() string {
	return fmt.Sprint(o.origin, " ", o.script, " ", o.scenario, " ", o.option)
}

// idleOptions collects the options that change nothing in any scenario. An option that is idle because a stronger source set
// another load is nobody's mistake.
type idleOptions struct {
	found    []idleOption // the first of each
	used     map[string]bool
	warnings []string
}

// note compares the options that are set for a scenario with those that were decided.
func (all *idleOptions) note(settings runSettings, layers []sourceLayer, scenario plan.NamedScenario, decided plan.Options) {
	load := settings.loadOrigin(layers, scenario)
	for _, option := range plan.MayIdle() {
		first := slices.IndexFunc(layers, func(s sourceLayer) bool { return slices.Contains(s.Options.Names(), option) })
		if first < 0 {
			continue
		}
		one := idleOption{sourceLayer: layers[first], option: option, idle: decided.Idle(option), load: load}
		switch {
		case one.idle.Why == "", one.idle.Bound && settings.findLimit != nil: // a search takes users away
			all.used[one.key()] = true
		case load < one.origin:
		case !slices.ContainsFunc(all.found, func(o idleOption) bool { return o.key() == one.key() }):
			all.found = append(all.found, one)
		}
	}
}

// judge checks the options of a script, or at those outside of scripts when path is "". It refuses an idle option that
// is on the command line, or comes from the source of the load that has no use for it, and warns about the others.
func (all *idleOptions) judge(path string) error {
	for _, one := range all.found {
		if one.script != path || all.used[one.key()] {
			continue
		}
		problem := &plan.OptionError{Scenario: one.scenario, Option: one.option, Problem: one.idle.Why}
		switch wrong := !one.idle.Bound && (one.origin == fromCommandLine || one.origin == one.load); {
		case wrong && path != "":
			return placeOption(path, problem)
		case wrong:
			return &usageError{problem: one.named() + " " + one.idle.Why}
		case path != "":
			all.warnings = append(all.warnings, path+": "+problem.Error())
		default:
			all.warnings = append(all.warnings, one.named()+" "+one.idle.Why)
		}
	}
	return nil
}

// named is how messages name an option outside of scripts.
func (o idleOption) named() string { return named(o.Source(o.option), o.option) }

// named is how messages name an option: by the flag or variable, or by the line of the options file and the name.
func named(place, option string) string {
	if strings.Contains(place, ":") {
		return place + ": " + flagOf(option)
	}
	return place
}
