package plan

import (
	"fmt"
	"strings"
	"time"

	"github.com/liveload/liveload/plan/shape"
	"github.com/liveload/liveload/suggest"
)

// Conflict says which of the options of one source contradict each other; nil when none do. It is an
// *OptionError.
func (o Options) Conflict() error {
	var kinds []string
	for _, k := range []struct {
		name  string
		given bool
	}{
		{"stages", o.Stages != nil}, {"rate", o.Rate != nil && !o.rateStages()},
		{"iterations", o.Iterations != nil}, {"iterationsPerUser", o.IterationsPerUser != nil},
	} {
		if k.given {
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

// rateStages says whether there are stages of a rate.
func (o Options) rateStages() bool { return len(o.Stages) > 0 && o.Stages[0].Rate != nil }

// choosesLoad says whether the options say what the load is made of.
func (o Options) choosesLoad() bool {
	return o.Stages != nil || o.Rate != nil || o.Iterations != nil || o.IterationsPerUser != nil || or(o.Controlled, false)
}

// HasLoad says whether the options say anything about how many users or iterations there are.
func (o Options) HasLoad() bool { return o.choosesLoad() || o.Users != nil }

// besides leaves out what the options above o replace as a whole.
func (o Options) besides(above Options) Options {
	if above.choosesLoad() {
		o.Controlled = nil
	}
	switch {
	case or(above.Controlled, false):
		o.Stages, o.Rate, o.Iterations, o.IterationsPerUser = nil, nil, nil, nil
	case above.Stages != nil || above.Rate != nil:
		o.Users = nil
		o.Stages, o.Rate, o.Iterations, o.IterationsPerUser = nil, nil, nil, nil
	case above.Iterations != nil || above.IterationsPerUser != nil:
		o.Stages, o.Rate, o.Iterations, o.IterationsPerUser = nil, nil, nil, nil
	case above.Users != nil: // of constant users, or of those who do iterations
		o.Stages, o.Rate = nil, nil
	}
	return o
}

// applyLoad writes the load into p, with what follows where the options say nothing.
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

func rateOption(v any) (*shape.Rate, error) {
	text, ok := v.(string)
	if !ok {
		return nil, fmt.Errorf("is %s, but must be a text that says in which time, such as '%s/s'", show(v), show(v))
	}
	rate, err := shape.ParseRate(text)
	if err != nil {
		return nil, fmt.Errorf("cannot be read: %w", err)
	}
	return &rate, nil
}

func positive(v any) (*int, error) {
	n, err := wholeNumber(v)
	if err == nil && *n < 1 {
		return nil, fmt.Errorf("is %d, but must be at least 1", *n)
	}
	return n, err
}

// stagesOption reads [{ duration, target }, ...] or [{ duration, rate }, ...].
func stagesOption(v any) ([]Stage, error) {
	items, ok := v.([]any)
	if !ok || len(items) == 0 {
		return nil, fmt.Errorf("is %s, but must be a list of stages such as { duration: '30s', target: 50 }", show(v))
	}
	stages := make([]Stage, 0, len(items))
	for i, item := range items {
		stage, err := stageOf(item)
		if err != nil {
			return nil, fmt.Errorf("cannot be read: stage %d: %w", i+1, err)
		}
		stages = append(stages, stage)
	}
	for _, s := range stages[1:] {
		if (s.Rate == nil) != (stages[0].Rate == nil) {
			return nil, fmt.Errorf("mixes targets and rates: all stages have a target, or all have a rate")
		}
	}
	return stages, nil
}

func stageOf(v any) (s Stage, err error) {
	object, ok := v.(map[string]any)
	if !ok {
		return s, fmt.Errorf("%s is not an object such as { duration: '30s', target: 50 }", show(v))
	}
	for name := range object {
		if near := suggest.Closest(name, []string{"duration", "target", "rate"}); near != name {
			return s, &stageError{name: name, near: near}
		}
	}
	duration, given := object["duration"]
	if !given {
		return s, fmt.Errorf("%s has no duration", show(v))
	}
	var length time.Duration
	if length, err = DurationOf(duration); err != nil {
		return s, err
	}
	s.Duration = Duration(length)
	target, hasTarget := object["target"]
	rate, hasRate := object["rate"]
	switch {
	case hasTarget == hasRate:
		return s, fmt.Errorf("%s needs either a target (a number of users) or a rate", show(v))
	case hasTarget:
		s.Target, err = wholeNumber(target)
		if err == nil && *s.Target < 0 {
			err = fmt.Errorf("is %d, but must be 0 or more", *s.Target)
		}
		if err != nil {
			return s, fmt.Errorf("its target %w", err)
		}
	default:
		if s.Rate, err = rateOption(rate); err != nil {
			return s, fmt.Errorf("its rate %w", err)
		}
	}
	return s, nil
}

// A stageError is a word in a stage that means nothing.
type stageError struct{ name, near string }

func (e *stageError) Error() string {
	if e.near == "" {
		return fmt.Sprintf("%s is not known: a stage has duration, and target or rate", e.name)
	}
	return fmt.Sprintf("%s is not known: did you mean %s?", e.name, e.near)
}

// ParseStage reads a stage as the command line writes it: '30s:50' leads to 50 users, '30s:10/s' to a
// rate.
func ParseStage(text string) (Stage, error) {
	length, goal, ok := strings.Cut(text, ":")
	if !ok {
		return Stage{}, fmt.Errorf("%q is not a stage: write for example 30s:50 for users, or 30s:10/s for a rate", text)
	}
	duration, err := ParseDuration(length)
	if err != nil {
		return Stage{}, err
	}
	stage := Stage{Duration: Duration(duration)}
	if users, ok := wholeText(goal); ok {
		stage.Target = &users
		return stage, nil
	}
	rate, err := shape.ParseRate(goal)
	if err != nil {
		return Stage{}, fmt.Errorf("%q leads neither to a number of users, such as 30s:50, nor to a rate, such as 30s:10/s", text)
	}
	stage.Rate = &rate
	return stage, nil
}
