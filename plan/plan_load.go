package plan

import (
	"encoding/json"
	"time"
)

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
	}
	p.validateRates(refuse)
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

// validateRates refuses rates that are too high.
func (p *Scenario) validateRates(refuse func(option, format string, args ...any)) {
	if p.Rate != nil {
		if err := CheckRate(*p.Rate); err != nil {
			refuse("rate", "%v", err)
		}
	}
	for i, s := range p.Stages {
		if s.Rate == nil {
			continue
		}
		if err := CheckRate(*s.Rate); err != nil {
			refuse("stages", "has a stage %d that %v", i+1, err)
			return
		}
	}
}

// Described returns the options as they go into the Result: by the names that scripts use.
func (p *Scenario) Described() map[string]any {
	described := map[string]any{
		"load": string(p.Kind()), "duration": p.Duration.String(), "iterationTimeout": p.IterationTimeout.String(),
		"onFailure": string(p.OnFailure),
	}
	p.describeLoad(described)
	if p.FindLimit != nil {
		p.describeLimit(described)
	}
	if p.Exec != "" {
		described["exec"] = p.Exec
	}
	if p.StartTime > 0 {
		described["startTime"] = p.StartTime.String()
	}
	if p.Seed > 0 {
		described["seed"] = p.Seed
	}
	if len(p.Tags) > 0 {
		described["tags"] = p.Tags
	}
	if len(p.Config) > 0 {
		described["config"] = p.Config
	}
	if len(p.Block) > 0 {
		described["block"] = p.Block
	}
	if len(p.Thresholds) > 0 {
		described["thresholds"] = describedThresholds(p.Thresholds)
	}
	if len(p.Context) > 0 {
		// A copy through JSON: what a script exports may hold values that the Result cannot.
		if text, err := json.Marshal(p.Context); err == nil {
			described["context"] = json.RawMessage(text)
		}
	}
	return described
}

func (p *Scenario) describeLoad(described map[string]any) {
	kind := p.Kind()
	if len(p.Stages) > 0 {
		described["stages"] = p.Stages
	}
	if kind.Open() {
		described["maxUsers"], described["preStartedUsers"] = p.Users, p.PreStartedUsers
		if p.Rate != nil {
			described["rate"] = p.Rate.String()
		}
		return
	}
	described["users"] = p.Users
	switch kind {
	case KindRampingUsers:
		described["grace"] = p.Grace.String()
		return
	case KindControlled:
		described["controlled"], described["grace"] = true, p.Grace.String()
	case KindSharedIterations:
		described["iterations"] = p.Iterations
	case KindIterationsPerUser:
		described["iterationsPerUser"] = p.IterationsPerUser
	}
	described["rampUp"] = time.Duration(p.RampUp).String()
}
