package plan

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/redact"
)

// Described returns the options for the Result, by the names that scripts use.
func (p *Scenario) Described() map[string]any {
	described := map[string]any{
		"load": string(p.Kind()), "duration": p.Duration.String(), "iterationTimeout": p.IterationTimeout.String(),
		"onFailure": string(p.OnFailure), "session": string(p.Session),
	}
	p.describeLoad(described)
	if p.FindLimit != nil {
		p.describeLimit(described)
	}
	for _, o := range []struct {
		name  string
		value any
		set   bool
	}{
		{"exec", p.Exec, p.Exec != ""}, {"startTime", p.StartTime.String(), p.StartTime > 0}, {"seed", p.Seed, p.Seed > 0},
		{"tags", shownTexts(p.Tags, nil), len(p.Tags) > 0}, {"config", shownTexts(p.Config, p.Secrets), len(p.Config) > 0}, {"block", p.Block, len(p.Block) > 0},
		{"timeout", p.Timeout.String(), p.Timeout > 0 && p.Timeout != Duration(DefaultTimeout)},
		{"allowFileURLs", true, p.AllowFileURLs},
		{"acceptStatus", p.AcceptStatus, p.AcceptStatus != nil},
		{"thresholds", describedThresholds(p.Thresholds), len(p.Thresholds) > 0},
	} {
		if o.set {
			described[o.name] = o.value
		}
	}
	if len(p.Context) > 0 {
		if text, err := json.Marshal(redact.Value(plain(p.Context))); err == nil {
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

// LoadText returns the load in words: "10 users", "0 → 50 → 0 users", "20/s by up to 50 users".
func (p *Scenario) LoadText() string {
	users := Plural(p.Users, "user")
	if p.FindLimit != nil {
		return p.limitText()
	}
	switch p.Kind() {
	case KindRampingUsers:
		return p.path("0") + " users"
	case KindSharedIterations:
		return Plural(p.Iterations, "iteration") + " by " + users
	case KindIterationsPerUser:
		return Plural(p.IterationsPerUser, "iteration") + " by each of " + users
	case KindConstantRate:
		return fmt.Sprintf("%v by up to %s", p.Rate, users)
	case KindRampingRate:
		from := "0/s"
		if p.Rate != nil {
			from = p.Rate.String()
		}
		return p.path(from) + " by up to " + users
	case KindControlled:
		return users + " (controlled from outside)"
	}
	return users
}

// Plural returns a number of things in words: "1 user", "2 users".
func Plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// path returns what the stages lead through: "0 → 50 → 0".
func (p *Scenario) path(from string) string {
	text, last := from, from
	for _, s := range p.Stages {
		goal := fmt.Sprint(or(s.Target, 0))
		if s.Rate != nil {
			goal = s.Rate.String()
		}
		if goal != last {
			text += " → " + goal
		}
		last = goal
	}
	return text
}

// Info returns what intervals and Results say of the plan.
func (p *Scenario) Info() metrics.ScenarioInfo {
	return metrics.ScenarioInfo{
		Name: p.Name, Users: p.Users, Duration: p.Planned(), StartTime: time.Duration(p.StartTime), Load: p.LoadText(), Options: p.Described(), Tags: p.Tags,
	}
}
