// Package throttle decides who may go on and when: a throttle lets users pass at a steady pace, or a few
// at a time. It owns what a throttle is, the arithmetic of its pace, and the queues (Local). How scripts
// define throttles, and which process keeps the queues of a run, is left to others.
package throttle

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"
)

// A Kind says what a throttle limits.
type Kind string

const (
	// Rate lets a number of users pass in an interval, evenly spread.
	Rate Kind = "rate"
	// Interarrival lets one user pass in each interval.
	Interarrival Kind = "interarrival"
	// Parallelism lets a number of users in at once.
	Parallelism Kind = "parallelism"
)

// Title is the kind as scripts call it.
func (k Kind) Title() string {
	switch k {
	case Rate, Interarrival, Parallelism:
		return strings.ToUpper(string(k[:1])) + string(k[1:])
	}
	return fmt.Sprintf("Kind(%q)", string(k))
}

// A Definition is one throttle, as plain data that can travel to other nodes.
type Definition struct {
	Name     string        `json:"name"`
	Kind     Kind          `json:"kind"`
	Rate     float64       `json:"rate,omitempty"`     // of a Rate: users in each Interval
	Interval time.Duration `json:"interval,omitempty"` // of a Rate and an Interarrival; nanoseconds
	Limit    int           `json:"limit,omitempty"`    // of a Parallelism: users inside at once
	Ramp     *Ramp         `json:"ramp,omitempty"`     // nil for a pace that stays
}

// A Ramp changes the pace from the first iteration on. At its end the target stays.
type Ramp struct {
	Rate     float64       `json:"rate,omitempty"`     // the target of a Rate, in the same interval
	Interval time.Duration `json:"interval,omitempty"` // the target of an Interarrival; nanoseconds
	Duration time.Duration `json:"duration"`           // until the target is reached; nanoseconds
	Steps    int           `json:"steps,omitempty"`    // equal steps, the first after Duration/Steps; 0 changes all the time
}

// maxSteps and maxLimit keep a mistake in a script from costing memory or time.
const (
	maxSteps = 100_000
	maxLimit = 1_000_000_000
)

// Validate says what is wrong with the definition, with the value and what it must be.
func (d Definition) Validate() error {
	paced := d.Kind == Rate || d.Kind == Interarrival
	switch {
	case d.Name == "":
		return errors.New("a throttle needs a name that is not empty")
	case !paced && d.Kind != Parallelism:
		return d.wrong("there is no such kind of throttle")
	case d.Kind == Rate && !usable(d.Rate):
		return d.wrong("the rate must be a number above 0, not %v", d.Rate)
	case paced && d.Interval <= 0:
		return d.wrong("the interval must be longer than 0, not %v", d.Interval)
	case !paced && (d.Limit < 1 || d.Limit > maxLimit):
		return d.wrong("the limit must be a whole number from 1 on, not %d", d.Limit)
	case !paced && d.Ramp != nil:
		return d.wrong("a limit cannot ramp; only Rate and Interarrival can")
	}
	return d.validateRamp()
}

func (d Definition) validateRamp() error {
	switch r := d.Ramp; {
	case r == nil:
		return nil
	case d.Kind == Rate && !usable(r.Rate):
		return d.wrong("the target of the ramp must be a number above 0, not %v", r.Rate)
	case d.Kind == Interarrival && r.Interval <= 0:
		return d.wrong("the target of the ramp must be longer than 0, not %v", r.Interval)
	case r.Steps < 0 || r.Steps > maxSteps:
		return d.wrong("the steps of the ramp must be a whole number from 1 to %d, not %d", maxSteps, r.Steps)
	case r.Duration <= 0:
		return d.wrong("the ramp must take longer than 0, not %v", r.Duration)
	}
	return nil
}

func (d Definition) wrong(format string, args ...any) error {
	return fmt.Errorf("%s(%q): "+format, append([]any{d.Kind.Title(), d.Name}, args...)...)
}

// usable says whether a rate is a finite number above 0.
func usable(rate float64) bool { return rate > 0 && !math.IsInf(rate, 1) }
