package plan

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/liveload/liveload/plan/shape"
)

// DecideScenarios decides the options of scenarios that run side by side. above and below are the layers around the
// script's own options. The load that all these layers make together is divided by weight among the scenarios that
// have none of their own.
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
		layers := slices.Concat(WithoutLoad(above...), []Layer{own}, WithoutLoad(script), WithoutLoad(below...))
		if share, ok := shares[s.Name]; ok {
			layers = slices.Insert(layers, 0, share.layer(shared, slices.Concat(above, []Layer{own, script}, below)))
		}
		decisions[i] = Decide(layers)
	}
	return decisions, nil
}

// unused refuses a load from above of which no scenario takes a share.
func unused(named []NamedScenario, above []Layer) error {
	for _, s := range named {
		if !s.Options.HasLoad() {
			return nil
		}
	}
	for _, l := range above {
		if load := l.Options.Load(); load.HasLoad() {
			option := load.Names()[0]
			return &OptionError{Option: option, Problem: fmt.Sprintf("(%s) would change nothing: each scenario of the script has a load of its own. Give a weight to those that should share it", l.source(option))}
		}
	}
	return nil
}

// A share is what one scenario gets of a divided load.
type share struct {
	options Options
	text    string // "70/100 of "
}

// layer returns the share as a layer. all are the layers of the scenario, its own among them, from which the duration
// of stages comes.
func (s share) layer(shared Decision, all []Layer) Layer {
	var timed Layer
	if s.options.Stages != nil {
		s.options.Duration, timed = durationOver(all, setsStages(all))
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
		case sum == 0: // no weights: all get the same
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
			source := cmp.Or(shared.From[o.name], "the default")
			return &OptionError{Option: o.name, Problem: fmt.Sprintf("is %d (%s), but %d scenarios share them: at least %d are needed", o.total, source, scenarios, scenarios)}
		}
	}
	return nil
}

func shareOf(load Options, weights []int, i, sum int) Options {
	divided := func(total int) *int { return new(shape.Divide(total, weights)[i]) }
	part := Options{IterationsPerUser: load.IterationsPerUser, Controlled: load.Controlled}
	if load.Stages == nil && load.Rate == nil {
		part.Users = divided(or(load.Users, DefaultUsers))
	}
	if load.Iterations != nil {
		part.Iterations = divided(*load.Iterations)
	}
	if load.Rate != nil {
		part.Rate = new(load.Rate.Share(weights[i], sum))
	}
	for _, s := range load.Stages {
		one := Stage{Duration: s.Duration}
		if s.Target != nil {
			one.Target = divided(*s.Target)
		}
		if s.Rate != nil {
			one.Rate = new(s.Rate.Share(weights[i], sum))
		}
		part.Stages = append(part.Stages, one)
	}
	return part
}
