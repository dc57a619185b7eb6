package plan

import (
	"fmt"
	"strings"

	"github.com/liveload/liveload/suggest"
)

// foreignNames are what other load testers call an option or a flag of ours.
var foreignNames = map[string]string{
	"vus": "users", "startVUs": "users", "maxVUs": "maxUsers", "preAllocatedVUs": "preStartedUsers",
	"gracefulStop": "grace", "gracefulRampDown": "grace", "arrivalRate": "rate", "arrivalCount": "iterations",
	"maxDuration": "duration", "rampTo": "stages", "spawn-rate": "ramp-up", "run-time": "duration", "out": "result",
}

// foreignProblems explain what replaces an option of other load testers.
var foreignProblems = map[string]string{
	"executor":  "is not known: the kind of load follows from its options, such as users, stages, rate or iterations",
	"timeUnit":  "is not known: a rate says its own, such as '10/s' or '600/m'",
	"scenarios": "is not among the options: export it next to them, as `export const scenarios = { ... }`",
	"phases":    "is not known: write stages, such as [{ duration: '30s', rate: '10/s' }]",
	"target":    "is not known: pass the address with --config baseURL=... and read it in config(opts)",
}

// Suggest returns the known name, of an option or of a flag with its dashes, that is probably meant by an unknown
// one, or "".
func Suggest(name string, known []string) string {
	ours := foreignNames[strings.TrimLeft(name, "-")]
	for _, k := range known {
		if ours != "" && strings.TrimLeft(k, "-") == ours {
			return k
		}
	}
	return suggest.Closest(name, known)
}

// unknownOption returns the error about an option that does not exist.
func unknownOption(scenario, name string, known []string) *OptionError {
	if problem, ok := foreignProblems[name]; ok {
		return &OptionError{Scenario: scenario, Option: name, Problem: problem}
	}
	if _, own := scenarioReaders[name]; own && scenario == "" {
		return &OptionError{Option: name, Problem: fmt.Sprintf("is one of a named scenario: `export const scenarios = { browse: { %s: ... } }`", name)}
	}
	return &OptionError{Scenario: scenario, Option: name, Problem: "is not known", Suggestion: Suggest(name, known)}
}

// unknownField returns the error about a field of an option that does not exist; all lists those that do.
func unknownField(name string, known []string, all string) error {
	if near := suggest.Closest(name, known); near != "" {
		return fmt.Errorf("%s is not known: did you mean %s?", name, near)
	}
	return fmt.Errorf("%s is not known: %s", name, all)
}
