package plan

import (
	"errors"
	"fmt"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/plan/shape"
)

// MostExtra is how many ids each scenario has for users beyond the planned ones, and how many users can be planned:
// more is a typing error.
const MostExtra = 1_000_000

// MostRate is how many iterations a second a scenario begins at most: more is a typing error, too.
const MostRate = 1_000_000

// CheckRate refuses a rate above MostRate. The error follows the name of the option.
func CheckRate(rate shape.Rate) error {
	if rate.In(time.Second) > MostRate {
		return fmt.Errorf("asks for %v, but a scenario begins at most %d iterations a second", rate, MostRate)
	}
	return nil
}

func checkRate(rate *shape.Rate) error {
	if rate == nil {
		return nil
	}
	return CheckRate(*rate)
}

// Validate reports every problem of the scenario, each with the value and the fix.
func (p *Scenario) Validate() error {
	var problems []error
	refuse := func(option, format string, args ...any) {
		problems = append(problems, &OptionError{Option: option, Problem: fmt.Sprintf(format, args...)})
	}
	switch {
	case p.Duration > 0:
	case len(p.Stages) > 0 && stagesLast(p.Stages) == 0:
		refuse("stages", "takes no time in all: end with a stage that holds what it has reached, such as { duration: '5m', target: 50 }")
	default:
		refuse("duration", "is %v, but must be longer than 0, for example 5m", p.Duration)
	}
	if p.IterationTimeout <= 0 {
		refuse("iterationTimeout", "is %v, but must be longer than 0, for example 2m", p.IterationTimeout)
	}
	if p.RampUp < 0 {
		refuse("rampUp", "is %v, but must be 0 or longer", p.RampUp)
	}
	p.validateLoad(refuse)
	p.validateLimit(refuse)
	switch p.OnFailure {
	case Stop, Continue, Restart:
	default:
		refuse("onFailure", "is %q, but must be 'stop', 'continue' or 'restart'", string(p.OnFailure))
	}
	switch p.Session {
	case SessionIteration, SessionUser:
	default:
		refuse("session", "is %q, but must be 'iteration' or 'user'", string(p.Session))
	}
	if _, err := metrics.NewPageLabeler(p.URLGroups); err != nil {
		problems = append(problems, err)
	}
	return errors.Join(problems...)
}

// validateLoad refuses a load that cannot be made.
func (p *Scenario) validateLoad(refuse func(option, format string, args ...any)) {
	for i, s := range p.Stages {
		switch {
		case (s.Target == nil) == (s.Rate == nil):
			refuse("stages", "has a stage %d without a target: each has a number of users or a rate, such as { duration: '30s', target: 50 }", i+1)
		case (s.Rate == nil) != (p.Stages[0].Rate == nil):
			refuse("stages", "mixes users and rates: all stages have a target, or all have a rate")
		case s.Target != nil && *s.Target < 0:
			refuse("stages", "leads to %d users, but their number starts at 0", *s.Target)
		case s.Duration < 0:
			refuse("stages", "has a stage that lasts %v, but it must be 0 or longer", s.Duration)
		}
		if err := checkRate(s.Rate); err != nil {
			refuse("stages", "has a stage %d that %v", i+1, err)
		}
	}
	if err := checkRate(p.Rate); err != nil {
		refuse("rate", "%v", err)
	}
	switch kind := p.Kind(); {
	case p.Users > MostExtra:
		option := "users"
		switch {
		case kind.Open():
			option = "maxUsers"
		case kind == KindRampingUsers:
			option = "stages"
		}
		refuse(option, "asks for %d users, but a scenario has at most %d", p.Users, MostExtra)
	case p.Users > 0, p.Users == 0 && p.Controlled:
	case kind == KindRampingUsers:
		refuse("stages", "lead to no user at all: give one of them a target, such as { duration: '30s', target: 50 }")
	case kind.Open():
		refuse("maxUsers", "is %d, but iterations need at least 1 user", p.Users)
	default:
		refuse("users", "is %d, but a run needs at least 1 user", p.Users)
	}
	if p.Iterations < 0 || p.IterationsPerUser < 0 {
		refuse("iterations", "is %d, but must be at least 1", min(p.Iterations, p.IterationsPerUser))
	}
	if p.Kind().Open() && (p.PreStartedUsers < 0 || p.PreStartedUsers > p.Users) {
		refuse("preStartedUsers", "is %d, but must be from 0 to maxUsers, which is %d", p.PreStartedUsers, p.Users)
	}
	if p.Kind() == KindConstantRate && p.Rate.Count < 1 {
		refuse("rate", "is %v, but a run needs iterations, for example 10/s", p.Rate)
	}
	if p.StartTime < 0 {
		refuse("startTime", "is %v, but must be 0 or longer", p.StartTime)
	}
	if p.Grace < 0 {
		refuse("grace", "is %v, but must be 0 or longer", p.Grace)
	}
}
