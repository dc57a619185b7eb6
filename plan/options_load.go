package plan

import (
	"fmt"

	"github.com/liveload/liveload/plan/shape"
)

// Conflict is an *OptionError about options of one source that contradict each other; nil when none do.
func (o Options) Conflict() error {
	var kinds []string
	for _, k := range []struct {
		name string
		set  bool
	}{
		{"stages", o.Stages != nil}, {"rate", o.Rate != nil && !o.rateStages()},
		{"iterations", o.Iterations != nil}, {"iterationsPerUser", o.IterationsPerUser != nil},
	} {
		if k.set {
			kinds = append(kinds, k.name)
		}
	}
	switch {
	case len(kinds) > 1:
		return &OptionError{Option: kinds[1], Problem: fmt.Sprintf("cannot be combined with %s: each says what the load is made of", kinds[0])}
	case len(kinds) > 0 && or(o.Controlled, false):
		return &OptionError{Option: "controlled", Problem: fmt.Sprintf("cannot be combined with %s, which every run can change from outside: it is for users", kinds[0])}
	case o.Users != nil && o.Rate != nil:
		return &OptionError{Option: "users", Problem: "cannot be combined with rate: say maxUsers for how many users a rate may take"}
	case o.Users != nil && o.Stages != nil:
		return &OptionError{Option: "users", Problem: "cannot be combined with stages, which lead to numbers of users: begin with a stage of duration 0"}
	}
	return nil
}

// rateStages says whether the stages lead to rates.
func (o Options) rateStages() bool { return len(o.Stages) > 0 && o.Stages[0].Rate != nil }

// choosesLoad says whether the options choose a kind of load.
func (o Options) choosesLoad() bool {
	return o.Stages != nil || o.Rate != nil || o.Iterations != nil || o.IterationsPerUser != nil || or(o.Controlled, false)
}

// HasLoad says whether the options set how many users or iterations there are.
func (o Options) HasLoad() bool { return o.choosesLoad() || o.Users != nil }

// withoutReplaced leaves out the load of o where the stronger options above choose another one.
func (o Options) withoutReplaced(above Options) Options {
	switch {
	case above.choosesLoad():
		if above.Stages != nil || above.Rate != nil {
			o.Users = nil
		}
		o.Stages, o.Rate, o.Iterations, o.IterationsPerUser, o.Controlled = nil, nil, nil, nil, nil
	case above.Users != nil: // of constant users, or of those who do iterations
		o.Stages, o.Rate = nil, nil
	}
	return o
}

// applyLoad writes the load into p, with what follows from it where options are not set.
func (o Options) applyLoad(p *Scenario) {
	p.Stages, p.Rate = o.Stages, o.Rate
	p.Iterations, p.IterationsPerUser = or(o.Iterations, 0), or(o.IterationsPerUser, 0)
	p.Controlled = or(o.Controlled, false)
	p.Duration = Duration(or(o.Duration, DefaultDuration))
	if total := stagesLast(p.Stages); p.Stages != nil && (o.Duration == nil || total < p.Duration) {
		p.Duration = total // a duration cuts stages off, it does not stretch them
	}
	switch kind := p.Kind(); {
	case kind.Open():
		p.Users = or(o.MaxUsers, defaultMaxUsers(p.Rate, p.Stages))
		p.PreStartedUsers = or(o.PreStartedUsers, defaultPreStarted(p.Rate, p.Users))
		p.RampUp = 0
	case kind == KindRampingUsers:
		for _, s := range p.Stages {
			p.Users = max(p.Users, or(s.Target, 0))
		}
		p.RampUp = 0
	default:
		p.Users = or(o.Users, DefaultUsers)
	}
	p.Grace = Duration(or(o.Grace, DefaultGrace))
}

func rateOption(v any) (shape.Rate, error) {
	text, err := typed[string](v, fmt.Sprintf("a text that says in which time, such as '%s/s'", show(v)))
	if err != nil {
		return shape.Rate{}, err
	}
	rate, err := shape.ParseRate(text)
	if err != nil {
		return rate, fmt.Errorf("cannot be read: %w", err)
	}
	return rate, nil
}

func positive(v any) (int, error) {
	n, err := wholeNumber(v)
	if err == nil && n < 1 {
		return 0, fmt.Errorf("is %d, but must be at least 1", n)
	}
	return n, err
}
