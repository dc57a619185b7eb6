package plan

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/liveload/liveload/plan/shape"
	"github.com/liveload/liveload/suggest"
)

// A NamedScenario is one entry of what a script exports as `scenarios`.
type NamedScenario struct {
	Name      string
	Options   Options
	Exec      string // "" is the function of the same name, or the default one
	StartTime time.Duration
	Weight    int // share of the script's load; 0 when it says nothing
	Tags      map[string]string
}

// mostWeight keeps the arithmetic of shares exact.
const mostWeight = 1_000_000

// scenarioReaders hold what a scenario may say beside options. It is a constant.
var scenarioReaders = map[string]func(*NamedScenario, any) error{
	"exec":      func(s *NamedScenario, v any) (err error) { s.Exec, err = textOption(v); return },
	"startTime": func(s *NamedScenario, v any) (err error) { s.StartTime, err = DurationOf(v); return },
	"weight":    func(s *NamedScenario, v any) (err error) { s.Weight, err = weightOption(v); return },
	"tags":      func(s *NamedScenario, v any) (err error) { s.Tags, err = tagsOption(v); return },
}

// ScenarioOptionNames returns what an entry of `scenarios` may say, in alphabetical order.
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
		return s, refuse("weight", fmt.Sprintf("cannot be combined with %s: a weight is a share of the script's own load", s.Options.Load().Given()[0]))
	}
	return s, nil
}

// Function decides which exported function is one iteration: exec, or the one of the scenario's name,
// or "default".
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

// DecideScenarios decides the options of scenarios that run side by side. above and below are the
// layers around that of the script's own options. The load that these layers say together is divided
// among the scenarios that say nothing of theirs, by weight; the others have their own.
func DecideScenarios(named []NamedScenario, above []Layer, script Layer, below []Layer) ([]Decision, error) {
	around := slices.Concat(above, []Layer{script}, below)
	shared := Decide(around)
	shares, err := divideLoad(named, shared)
	if err != nil {
		return nil, err
	}
	if err := unused(named, above); err != nil {
		return nil, err
	}
	decisions := make([]Decision, len(named))
	for i, s := range named {
		own := Layer{Options: s.Options, Source: func(string) string { return "scenarios." + s.Name }}
		layers := slices.Concat(withoutLoad(above), []Layer{own}, withoutLoad([]Layer{script}), withoutLoad(below))
		if share, ok := shares[s.Name]; ok {
			layers = slices.Insert(layers, 0, share.layer(shared, slices.Concat(above, []Layer{own, script}, below)))
		}
		decisions[i] = Decide(layers)
	}
	return decisions, nil
}

// unused refuses a load from outside that no scenario takes a share of.
func unused(named []NamedScenario, above []Layer) error {
	for _, s := range named {
		if !s.Options.HasLoad() {
			return nil
		}
	}
	for _, l := range above {
		if load := l.Options.Load(); load.HasLoad() {
			option := load.Given()[0]
			return &OptionError{Option: option, Problem: fmt.Sprintf("(%s) would change nothing: each scenario of the script has a load of its own. Give those a weight that shall share it", l.source(option))}
		}
	}
	return nil
}

// A share is what one scenario gets of a divided load.
type share struct {
	options Options
	text    string // "70/100 of "
}

// layer is the share as what a source says; all are the layers of the scenario with its own, from which the duration of
// stages comes.
func (s share) layer(shared Decision, all []Layer) Layer {
	var timed Layer
	if s.options.Stages != nil {
		s.options.Duration, timed = durationOver(all, givesStages(all))
	}
	return Layer{Options: s.options, Source: func(option string) string {
		from := shared.From[option]
		switch {
		case option == "duration":
			return timed.source(option)
		case from == "":
			return s.text + "the default"
		case option == "iterationsPerUser", option == "controlled": // the same for all
			return from
		}
		return s.text + from
	}}
}

// divideLoad gives each scenario without a load of its own its share.
func divideLoad(named []NamedScenario, shared Decision) (map[string]share, error) {
	var sharing []NamedScenario
	var weights []int
	sum := 0
	for _, s := range named {
		if !s.Options.HasLoad() {
			sharing = append(sharing, s)
			weights = append(weights, s.Weight)
			sum += s.Weight
		}
	}
	for i, s := range sharing {
		switch {
		case sum == 0: // nobody says anything: all the same
			weights[i] = 1
		case s.Weight == 0:
			return nil, &OptionError{Scenario: s.Name, Option: "weight", Problem: "is missing, since others have one: say which share it takes, or give it users or a rate of its own"}
		}
	}
	if sum == 0 {
		sum = len(sharing)
	}
	shares := map[string]share{}
	if len(sharing) == 0 {
		return shares, nil
	}
	if err := enoughToShare(shared, len(sharing)); err != nil {
		return nil, err
	}
	for i, s := range sharing {
		one := share{options: shareOf(shared.Options, weights, i, sum)}
		if len(sharing) > 1 {
			one.text = fmt.Sprintf("%d/%d of ", weights[i], sum)
		}
		shares[s.Name] = one
	}
	return shares, nil
}

func enoughToShare(shared Decision, scenarios int) error {
	load := shared.Options
	for _, o := range []struct {
		name  string
		total int
		asked bool
	}{
		{"users", or(load.Users, DefaultUsers), load.Stages == nil && load.Rate == nil},
		{"iterations", or(load.Iterations, 0), load.Iterations != nil},
	} {
		if o.asked && o.total < scenarios {
			source := ", as nobody says it"
			if from := shared.From[o.name]; from != "" {
				source = " (" + from + ")"
			}
			return &OptionError{Option: o.name, Problem: fmt.Sprintf("is %d%s, but %d scenarios share them: at least %d are needed", o.total, source, scenarios, scenarios)}
		}
	}
	return nil
}

func shareOf(load Options, weights []int, i, sum int) Options {
	divided := func(total int) *int { part := shape.Divide(total, weights)[i]; return &part }
	part := Options{IterationsPerUser: load.IterationsPerUser, Controlled: load.Controlled}
	if load.Stages == nil && load.Rate == nil {
		part.Users = divided(or(load.Users, DefaultUsers))
	}
	if load.Iterations != nil {
		part.Iterations = divided(*load.Iterations)
	}
	if load.Rate != nil {
		rate := load.Rate.Share(weights[i], sum)
		part.Rate = &rate
	}
	for _, s := range load.Stages {
		one := Stage{Duration: s.Duration}
		if s.Target != nil {
			one.Target = divided(*s.Target)
		}
		if s.Rate != nil {
			rate := s.Rate.Share(weights[i], sum)
			one.Rate = &rate
		}
		part.Stages = append(part.Stages, one)
	}
	return part
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
	case *n < 1:
		return 0, fmt.Errorf("is %d, but must be at least 1: leave the scenario out when it shall not run", *n)
	case *n > mostWeight:
		return 0, fmt.Errorf("is %d, but must be at most %d", *n, mostWeight)
	}
	return *n, nil
}

func tagsOption(v any) (map[string]string, error) {
	object, ok := v.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("is %s, but must be an object of texts such as { team: 'shop' }", show(v))
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
