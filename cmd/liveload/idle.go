package main

import (
	"slices"
	"strings"

	"github.com/liveload/liveload/plan"
)

// Where options of scenarios are given, the strongest place first.
const (
	byFlags = iota
	byEnvironment
	byScript
	byFile
	byDefault
)

// A speaker is a place that gives options of a scenario.
type speaker struct {
	plan.Layer
	place    int
	script   string // the path, of byScript
	scenario string // that the script gives them to; "" for all
}

// speakers are the places that speak of a scenario, the strongest first.
func (s runSettings) speakers(path string, script plan.Layer, scenario plan.NamedScenario) []speaker {
	var all []speaker
	for i, layer := range s.above {
		all = append(all, speaker{Layer: layer, place: byFlags + i})
	}
	all = append(all, speaker{plan.Layer{Options: scenario.Options}, byScript, path, scenario.Name}, speaker{Layer: script, place: byScript, script: path})
	for _, layer := range s.below {
		all = append(all, speaker{Layer: layer, place: byFile})
	}
	return all
}

// loadIsFrom is the place that says what the load of a scenario is made of.
func (s runSettings) loadIsFrom(speakers []speaker, scenario plan.NamedScenario) int {
	switch {
	case s.findLimit != nil: // takes the place of all loads
		return byFlags
	case scenario.Options.HasLoad():
		return byScript
	}
	for _, one := range speakers {
		if one.Options.HasLoad() {
			return one.place
		}
	}
	return byDefault
}

// An idleOption is an option that changes nothing in a scenario.
type idleOption struct {
	speaker
	option string
	idle   plan.Idleness
	load   int // the place that the scenario's load is from
}

// An idleKey tells options apart: the same one may be given in several places.
type idleKey struct {
	place                    int
	script, scenario, option string
}

func (o idleOption) key() idleKey { return idleKey{o.place, o.script, o.scenario, o.option} }

// idleOptions collect what changes nothing in any scenario. An option that a stronger place has made idle, by another load, is
// nobody's mistake.
type idleOptions struct {
	found    []idleOption // the first of each
	used     map[idleKey]bool
	warnings []string
}

// note looks at the options of one scenario: as its places give them, and as they were decided.
func (all *idleOptions) note(settings runSettings, speakers []speaker, scenario plan.NamedScenario, decided plan.Options) {
	load := settings.loadIsFrom(speakers, scenario)
	for _, option := range plan.MayIdle() {
		first := slices.IndexFunc(speakers, func(s speaker) bool { return slices.Contains(s.Options.Given(), option) })
		if first < 0 {
			continue
		}
		one := idleOption{speaker: speakers[first], option: option, idle: decided.Idle(option), load: load}
		switch {
		case one.idle.Why == "", one.idle.Bound && settings.findLimit != nil: // a search takes users away
			all.used[one.key()] = true
		case load < one.place:
		case !slices.ContainsFunc(all.found, func(o idleOption) bool { return o.key() == one.key() }):
			all.found = append(all.found, one)
		}
	}
}

// judge refuses an option of a script, or of the places around scripts when path is "", that somebody asks for in vain: on the
// command line, or beside the load that has no use for it. About the others it warns.
func (all *idleOptions) judge(path string) error {
	for _, one := range all.found {
		if one.script != path || all.used[one.key()] {
			continue
		}
		problem := &plan.OptionError{Scenario: one.scenario, Option: one.option, Problem: one.idle.Why}
		switch wrong := !one.idle.Bound && (one.place == byFlags || one.place == one.load); {
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

// named is what people call the option where it is given outside of a script.
func (o idleOption) named() string { return named(o.Source(o.option), o.option) }

// named is what people call an option where it is given: the place, and in a line of the options file the name too.
func named(place, option string) string {
	if strings.Contains(place, ":") {
		return place + ": " + flagOf(option)
	}
	return place
}
