package plan

import (
	"fmt"
	"math"
	"time"

	"github.com/liveload/liveload/plan/shape"
)

// A Kind is what a scenario's load is made of.
type Kind string

const (
	KindConstantUsers     Kind = "constant users"
	KindRampingUsers      Kind = "ramping users"
	KindSharedIterations  Kind = "shared iterations"
	KindIterationsPerUser Kind = "iterations per user"
	KindConstantRate      Kind = "constant arrival rate"
	KindRampingRate       Kind = "ramping arrival rate"
	// KindControlled is users whose number others change while the scenario runs. It lasts as long as it
	// is planned, also with nobody.
	KindControlled Kind = "externally controlled users"
)

// Open says whether iterations start on schedule, whatever becomes of those before them. In the closed
// kinds each user begins an iteration when it has ended the one before.
func (k Kind) Open() bool { return k == KindConstantRate || k == KindRampingRate }

// A Stage leads evenly to a number of users or to a rate: one of the two is set.
type Stage struct {
	Duration Duration    `json:"duration"`
	Target   *int        `json:"target,omitempty"`
	Rate     *shape.Rate `json:"rate,omitempty"`
}

// Kind says what the plan's load is made of.
func (p *Scenario) Kind() Kind {
	switch {
	case p.Controlled:
		return KindControlled
	case len(p.Stages) > 0 && p.Stages[0].Rate != nil:
		return KindRampingRate
	case len(p.Stages) > 0:
		return KindRampingUsers
	case p.Rate != nil:
		return KindConstantRate
	case p.Iterations > 0:
		return KindSharedIterations
	case p.IterationsPerUser > 0:
		return KindIterationsPerUser
	}
	return KindConstantUsers
}

// Planned is how long after the start of its batch the scenario begins no more iterations, 0 when
// nobody knows.
func (p *Scenario) Planned() time.Duration {
	if p.FindLimit != nil {
		return 0
	}
	switch p.Kind() {
	case KindConstantUsers:
		return time.Duration(p.StartTime + p.RampUp + p.Duration)
	case KindSharedIterations, KindIterationsPerUser:
		return 0
	}
	return time.Duration(p.StartTime + p.Duration)
}

// LoadText says in words what the load is: "10 users", "0 → 50 → 0 users", "20/s by up to 50 users".
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

// Plural is a number of things in words: "1 user", "2 users".
func Plural(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// path is what the stages lead through.
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

// UsersAt returns how many users a closed kind plans for a moment, counted from the scenario's start: none
// before that.
func (p *Scenario) UsersAt(elapsed time.Duration) int {
	if elapsed < 0 {
		return 0
	}
	return p.UserShape().At(elapsed)
}

// RateAt returns how many iterations a second an open kind plans for a moment, counted from the scenario's
// start.
func (p *Scenario) RateAt(elapsed time.Duration) float64 {
	from := perSecond(p.Rate)
	for _, s := range p.Stages {
		to := perSecond(s.Rate)
		if elapsed < time.Duration(s.Duration) {
			return from + (to-from)*float64(max(0, elapsed))/float64(s.Duration)
		}
		elapsed -= time.Duration(s.Duration)
		from = to
	}
	return from
}

// UserShape is how many users of a closed kind there are to be at each moment.
func (p *Scenario) UserShape() shape.Users {
	if p.Kind() != KindRampingUsers {
		return shape.ConstantUsers{Users: p.Users, RampUp: time.Duration(p.RampUp)}
	}
	ramp := shape.RampingUsers{}
	for _, s := range p.Stages {
		ramp.Stages = append(ramp.Stages, shape.UserStage{Duration: time.Duration(s.Duration), Target: *s.Target})
	}
	return ramp
}

// Arrivals is when the iterations of an open kind are due.
func (p *Scenario) Arrivals() shape.Arrivals {
	from := shape.Rate{Per: time.Second}
	if p.Rate != nil {
		from = *p.Rate
	}
	if p.Kind() == KindConstantRate {
		return shape.ConstantRate{Rate: from, Duration: time.Duration(p.Duration)}
	}
	var stages []shape.RateStage
	for _, s := range p.Stages {
		stages = append(stages, shape.RateStage{Duration: time.Duration(s.Duration), Rate: *s.Rate})
	}
	return shape.NewRampingRate(from, stages)
}

// stagesLast is how long the stages take in all.
func stagesLast(stages []Stage) (total Duration) {
	for _, s := range stages {
		total += s.Duration
	}
	return total
}

// What a rate takes when the plan does not say.
const (
	minUsersOfRate     = 10
	secondsOfMaxUsers  = 10 // as many users as iterations start in this time, at the highest rate
	secondsOfPreUsers  = 1  // and at the first rate, before the clock starts
	mostUsersByDefault = 1_000_000
)

// defaultMaxUsers is how many users a rate may have at once when nobody says.
func defaultMaxUsers(rate *shape.Rate, stages []Stage) int {
	highest := perSecond(rate)
	for _, s := range stages {
		highest = max(highest, perSecond(s.Rate))
	}
	return max(minUsersOfRate, usersFor(highest*secondsOfMaxUsers))
}

// defaultPreStarted is how many of them start before the first iteration is due.
func defaultPreStarted(rate *shape.Rate, most int) int {
	return min(most, max(1, usersFor(perSecond(rate)*secondsOfPreUsers)))
}

func usersFor(iterations float64) int {
	return int(math.Ceil(min(iterations, mostUsersByDefault)))
}

func perSecond(rate *shape.Rate) float64 {
	if rate == nil {
		return 0
	}
	return rate.PerSecond()
}
