package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/liveload/liveload/suggest"
)

// A NamedScenario is one entry of what a script exports as `scenarios`.
type NamedScenario struct {
	Name      string
	Options   Options
	Exec      string // "" is the function of the same name, or the default one
	StartTime time.Duration
	Weight    int // share of the script's load; 0 is not set
	Tags      map[string]string
}

// mostWeight keeps the arithmetic of shares exact.
const mostWeight = 1_000_000

// scenarioReaders read what a scenario may set in addition to options. It is a constant.
var scenarioReaders = map[string]func(*NamedScenario, any) error{
	"exec":      func(s *NamedScenario, v any) (err error) { s.Exec, err = textOption(v); return },
	"startTime": func(s *NamedScenario, v any) (err error) { s.StartTime, err = DurationOf(v); return },
	"weight":    func(s *NamedScenario, v any) (err error) { s.Weight, err = weightOption(v); return },
	"tags":      func(s *NamedScenario, v any) (err error) { s.Tags, err = tagsOption(v); return },
}

// ScenarioOptionNames returns what an entry of `scenarios` may set, in alphabetical order.
func ScenarioOptionNames() []string {
	return slices.Sorted(slices.Values(append(OptionNames(), slices.Collect(maps.Keys(scenarioReaders))...)))
}

// ReadScenarios reads what a script exports as `scenarios`, in the order of names. An error is an
// *OptionError without a place.
func ReadScenarios(names []string, values map[string]any) ([]NamedScenario, error) {
	if len(names) == 0 {
		return nil, &OptionError{Option: "scenarios", Problem: "is empty: name at least one, such as { browse: { users: 10 } }"}
	}
	var scenarios []NamedScenario
	for _, name := range names {
		s, err := readScenario(name, values[name])
		if err != nil {
			return nil, err
		}
		scenarios = append(scenarios, s)
	}
	return scenarios, nil
}

func readScenario(name string, value any) (NamedScenario, error) {
	s := NamedScenario{Name: name}
	refuse := func(option, problem string) error {
		return &OptionError{Scenario: name, Option: option, Problem: problem}
	}
	entry, ok := value.(map[string]any)
	switch {
	case !ok:
		return s, &OptionError{Option: "scenarios", Problem: fmt.Sprintf("has %s as %q, but each is an object such as { exec: 'browse', users: 10 }", show(value), name)}
	case name == "" || strings.ContainsAny(name, `/\`):
		return s, &OptionError{Option: "scenarios", Problem: fmt.Sprintf("has a scenario %q, but a name is not empty and has no slash", name)}
	}
	rest := map[string]any{}
	for _, key := range slices.Sorted(maps.Keys(entry)) {
		read, own := scenarioReaders[key]
		switch _, known := options[key]; {
		case own && entry[key] == nil:
		case own:
			if err := read(&s, entry[key]); err != nil {
				return s, refuse(key, err.Error())
			}
		case known:
			rest[key] = entry[key]
		default:
			return s, unknownOption(name, key, ScenarioOptionNames())
		}
	}
	var err error
	if s.Options, err = ReadOptions(rest); err != nil {
		problem := err.(*OptionError)
		problem.Scenario = name
		return s, problem
	}
	if s.Weight > 0 && s.Options.HasLoad() {
		return s, refuse("weight", fmt.Sprintf("cannot be combined with %s: a weight is a share of the script's own load", s.Options.Load().Names()[0]))
	}
	return s, nil
}

// Function returns the exported function that is one iteration: exec, or the one named like the scenario, or
// "default".
func (s NamedScenario) Function(exported []string) (string, error) {
	switch {
	case s.Exec != "" && !slices.Contains(exported, s.Exec):
		return "", noFunction(s, fmt.Sprintf("is %q, but the script exports no function of that name", s.Exec), s.Exec, exported)
	case s.Exec != "":
		return s.Exec, nil
	case slices.Contains(exported, s.Name):
		return s.Name, nil
	case slices.Contains(exported, "default"):
		return "default", nil
	}
	return "", noFunction(s, fmt.Sprintf("is missing: export a function %q, or say which one is an iteration", s.Name), s.Name, exported)
}

// noFunction is the error about a scenario without its function; wanted is its name.
func noFunction(s NamedScenario, problem, wanted string, exported []string) error {
	e := &OptionError{Scenario: s.Name, Option: "exec", Problem: problem, Suggestion: suggest.Closest(wanted, exported)}
	if e.Suggestion == "" && len(exported) > 0 {
		e.Problem += "; the functions of the script are " + strings.Join(exported, ", ")
	}
	return e
}

func textOption(v any) (string, error) {
	text, ok := v.(string)
	if !ok || text == "" {
		return "", fmt.Errorf("is %s, but must be a text", show(v))
	}
	return text, nil
}

func weightOption(v any) (int, error) {
	n, err := wholeNumber(v)
	switch {
	case err != nil:
		return 0, err
	case n < 1:
		return 0, fmt.Errorf("is %d, but must be at least 1: leave the scenario out if it should not run", n)
	case n > mostWeight:
		return 0, fmt.Errorf("is %d, but must be at most %d", n, mostWeight)
	}
	return n, nil
}

func tagsOption(v any) (map[string]string, error) {
	object, err := typed[map[string]any](v, "an object of texts such as { team: 'shop' }")
	if err != nil {
		return nil, err
	}
	tags := map[string]string{}
	for key, value := range object {
		text, ok := value.(string)
		if !ok {
			return nil, fmt.Errorf("has %s as %s, but must hold texts only", show(value), key)
		}
		tags[key] = text
	}
	return tags, nil
}
