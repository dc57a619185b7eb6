package plan

import (
	"math"
	"time"

	"github.com/liveload/liveload/plan/shape"
)

// A Kind is the kind of a scenario's load.
type Kind string

const (
	KindConstantUsers     Kind = "constant users"
	KindRampingUsers      Kind = "ramping users"
	KindSharedIterations  Kind = "shared iterations"
	KindIterationsPerUser Kind = "iterations per user"
	KindConstantRate      Kind = "constant arrival rate"
	KindRampingRate       Kind = "ramping arrival rate"
	// KindControlled has users whose number is changed from outside while the scenario runs. It lasts for its whole
	// duration, also without users.
	KindControlled Kind = "externally controlled users"
)

// Open says whether iterations begin on schedule, whether or not earlier ones have ended. In the closed kinds each
// user begins an iteration when it has ended the one before.
func (k Kind) Open() bool { return k == KindConstantRate || k == KindRampingRate }

// session is how long sessions last when options do not say it.
func (k Kind) session() Session {
	if k.Open() {
		return SessionIteration
	}
	return SessionUser
}

// A Stage leads evenly to a number of users or to a rate. One of the two is set.
type Stage struct {
	Duration Duration    `json:"duration"`
	Target   *int        `json:"target,omitempty"`
	Rate     *shape.Rate `json:"rate,omitempty"`
}

// Kind returns the kind of the scenario's load.
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

// Planned returns how long after the start of its batch the scenario begins its last iterations, 0 when that is not
// known.
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

// longest returns how long after the start of its batch the scenario has ended at the latest.
func (p *Scenario) longest() time.Duration {
	return time.Duration(p.StartTime+p.RampUp+p.Duration+p.IterationTimeout) + SessionCloseTimeout
}

// UsersAt returns how many users a closed kind plans for a moment after the scenario's start: none before that.
func (p *Scenario) UsersAt(elapsed time.Duration) int {
	if elapsed < 0 {
		return 0
	}
	return p.UserShape().At(elapsed)
}

// RateAt returns how many iterations a second an open kind plans for a moment after the scenario's start.
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

// UserShape returns the load shape of a closed kind.
func (p *Scenario) UserShape() shape.Users {
	if p.Kind() != KindRampingUsers {
		return shape.RampingUsers{Stages: []shape.UserStage{{Duration: time.Duration(p.RampUp), Target: p.Users}}}
	}
	ramp := shape.RampingUsers{}
	for _, s := range p.Stages {
		ramp.Stages = append(ramp.Stages, shape.UserStage{Duration: time.Duration(s.Duration), Target: *s.Target})
	}
	return ramp
}

// Arrivals returns the load shape of an open kind.
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

// stagesLast returns how long the stages take together.
func stagesLast(stages []Stage) (total Duration) {
	for _, s := range stages {
		total += s.Duration
	}
	return total
}

// The users of a rate when options do not set them.
const (
	minUsersOfRate     = 10
	secondsOfMaxUsers  = 10 // as many users as iterations begin in this time at the highest rate
	secondsOfPreUsers  = 1  // the same for pre-started users, at the first rate
	mostUsersByDefault = 1_000_000
)

// defaultMaxUsers returns how many users a rate may have at once.
func defaultMaxUsers(rate *shape.Rate, stages []Stage) int {
	return max(minUsersOfRate, usersFor(peakRate(rate, stages)*secondsOfMaxUsers))
}

// PeakRate returns how many iterations a second an open kind begins at most.
func (p *Scenario) PeakRate() float64 { return peakRate(p.Rate, p.Stages) }

func peakRate(rate *shape.Rate, stages []Stage) float64 {
	highest := perSecond(rate)
	for _, s := range stages {
		highest = max(highest, perSecond(s.Rate))
	}
	return highest
}

// defaultPreStarted returns how many users start before the first iteration is due.
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
