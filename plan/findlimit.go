package plan

import (
	"fmt"
	"math"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/plan/limit"
	"github.com/liveload/liveload/plan/shape"
)

// Defaults of a search for the limit.
const (
	DefaultLimitStep  = 30 * time.Second
	DefaultLimitUsers = 1000 // the most users that are tried
	DefaultLimitRate  = 1000 // the most iterations per second
	// DefaultUsersOfLimit is how many users a rate may take at once. They are fewer than elsewhere: each search ends
	// with an application that is too slow, and users that wait for it pile up.
	DefaultUsersOfLimit = 100

	// LeastLimitStep is the shortest time in which a generator that is saturated is noticed.
	LeastLimitStep = 5 * time.Second
)

// limitPatience is how long users may take to start beyond the time that each load has for it.
const limitPatience = time.Minute

// A Limit plans the search for the largest load at which a scenario's thresholds hold. The search begins with the
// users or the rate of the scenario.
type Limit struct {
	Step Duration `json:"step"` // how long each load is judged
	Most int      `json:"most"` // users that are tried; of a rate, iterations in its Per
}

// Settle returns how long each load is made before it is judged. In the first half users start or end.
func (l *Limit) Settle() time.Duration { return time.Duration(l.Step) / 3 }

// LimitStart returns the load that a search begins with, in the unit of Limit.Most.
func (p *Scenario) LimitStart() int {
	if p.Kind().Open() {
		return int(p.Rate.Count)
	}
	return p.Users
}

// LimitLoad returns a load of the search as a number (users, or iterations per second), and as text.
func (p *Scenario) LimitLoad(n int) (value float64, text string) {
	if p.Kind().Open() {
		rate := *p.LimitRate(n)
		return rate.PerSecond(), rate.String()
	}
	return float64(n), Plural(n, "user")
}

// LimitRate returns a load of a search that varies the rate.
func (p *Scenario) LimitRate(n int) *shape.Rate {
	return &shape.Rate{Count: int64(n), Per: p.Rate.Per}
}

// LimitPatience returns how long the users of a load may take to start, and those of the load before to end.
func (p *Scenario) LimitPatience() time.Duration {
	return p.FindLimit.Settle() + max(limitPatience, time.Duration(p.Grace)+SessionCloseTimeout)
}

// limitLasts returns how long the search takes at most.
func (p *Scenario) limitLasts() time.Duration {
	rest := time.Duration(p.IterationTimeout) // after a rate that broke
	one := time.Duration(p.FindLimit.Step) + p.LimitPatience() + p.FindLimit.Settle() + rest
	return time.Duration(limit.MostSteps(p.LimitStart(), p.FindLimit.Most)) * one
}

func (p *Scenario) validateLimit(refuse func(option, format string, args ...any)) {
	l := p.FindLimit
	switch {
	case l == nil:
	case p.Kind() != KindConstantUsers && p.Kind() != KindConstantRate:
		refuse("findLimit", "searches among users or rates, and cannot raise %s", p.Kind())
	case l.Step < Duration(LeastLimitStep):
		refuse("findLimit", "holds each load for %v, but needs %v to judge it", l.Step, LeastLimitStep)
	case p.LimitStart() < 1 || l.Most < p.LimitStart():
		first, last := p.limitRange()
		refuse("findLimit", "goes from %s up to %s: begin with less", first, last)
	}
}

// limitRange returns the first load of the search and the most that it tries, as texts.
func (p *Scenario) limitRange() (first, last string) {
	_, first = p.LimitLoad(p.LimitStart())
	_, last = p.LimitLoad(p.FindLimit.Most)
	return first, last
}

func (p *Scenario) limitText() string {
	first, last := p.limitRange()
	return fmt.Sprintf("looking for the limit from %s to %s", first, last)
}

// describeLimit replaces the load in the description by the search.
func (p *Scenario) describeLimit(described map[string]any) {
	of := metrics.LimitOfUsers
	if p.Kind().Open() {
		of = metrics.LimitOfRate
	}
	first, last := p.limitRange()
	described["load"] = "search for the limit"
	described["findLimit"] = map[string]any{"of": of, "from": first, "to": last, "step": p.FindLimit.Step.String()}
	for _, replaced := range []string{"duration", "users", "rate", "rampUp"} {
		delete(described, replaced)
	}
}

// A FindLimit is a search for the limit as options ask for it.
type FindLimit struct {
	Users *IntRange  // set when it varies users
	Rate  *RateRange // set when it varies the rate
	Step  time.Duration
	From  string // the source, such as "--find-limit"
}

// An IntRange is a range of numbers of users.
type IntRange struct{ Start, Most int }

// A RateRange is a range of rates.
type RateRange struct{ Start, Most shape.Rate }

// Decide replaces the decided load by the first load of the search. Users go on after failures; when onFailure is
// set to stop, that is an error, since the load would fall by itself.
func (f *FindLimit) Decide(d Decision) (Decision, error) {
	o := d.Options.withoutLoad()
	if f.Rate != nil {
		first, _ := f.Rate.searchable()
		o.Rate = &first
		o.MaxUsers = new(or(o.MaxUsers, DefaultUsersOfLimit))
	} else {
		o.Users = &f.Users.Start
		if o.OnFailure == nil {
			o.OnFailure, d.From["onFailure"] = new(Continue), f.From
		}
		if *o.OnFailure == Stop {
			return d, &OptionError{Option: "onFailure", Problem: fmt.Sprintf(
				"(%s) is stop, but a search for the most users needs users that go on after a failure: say continue or restart", d.From["onFailure"])}
		}
	}
	d.Options, d.From["findLimit"] = o, f.From
	return d, nil
}

// Apply writes the search into a plan to which the options of Decide were applied.
func (f *FindLimit) Apply(p *Scenario) {
	p.FindLimit = &Limit{Step: Duration(f.Step)}
	if f.Rate != nil {
		_, p.FindLimit.Most = f.Rate.searchable()
	} else {
		p.FindLimit.Most = f.Users.Most
	}
	p.RampUp = 0
	p.Duration = Duration(p.limitLasts())
}

// finestCount is how many iterations a first rate has at least in its Per, so that one more is a small step of 5 %.
const finestCount = 20

// searchable returns the first rate with a Count that allows small steps, such as 60/m for 1/s, and the Count of the
// last one in the same Per.
func (r RateRange) searchable() (first shape.Rate, most int) {
	first = r.Start
	for _, longer := range []time.Duration{time.Minute, time.Hour} {
		if first.Count < finestCount && longer%first.Per == 0 {
			first = shape.Rate{Count: first.In(longer), Per: longer}
		}
	}
	return first, int(min(r.Most.In(first.Per), math.MaxInt32))
}
