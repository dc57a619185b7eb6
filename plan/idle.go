package plan

import (
	"fmt"
	"slices"
	"time"
)

// An Idleness is why an option changes nothing about the decided load. The zero value says that it has an effect.
type Idleness struct {
	Why string // follows the name of the option: "has no effect on a load of ..."
	// Bound says that the option only bounds what the load may do, and the load stays below that anyway: nothing
	// that was asked for is missing.
	Bound bool
}

// MayIdle returns the options that have no effect on some loads, in alphabetical order.
func MayIdle() []string {
	return []string{"duration", "grace", "maxUsers", "preStartedUsers", "rampUp"}
}

// Idle says whether an option of MayIdle, which o sets, has no effect on the load of o.
func (o Options) Idle(option string) Idleness {
	var p Scenario
	o.Apply(&p)
	kind := p.Kind()
	none := func(why string) Idleness {
		return Idleness{Why: fmt.Sprintf("has no effect on a load of %s: %s", kind, why)}
	}
	switch {
	case option == "rampUp" && or(o.RampUp, 0) == 0: // as without it
	case option == "maxUsers" && !kind.Open():
		return none("it is how many users a rate may take. Leave it out, or say rate")
	case option == "preStartedUsers" && !kind.Open():
		return none("it is how many users of a rate start before its clock does. Leave it out, or say rate")
	case option == "rampUp" && kind.Open():
		return none("users start when iterations need them. Leave it out, or say preStartedUsers for those that are there at first")
	case option == "rampUp" && kind == KindRampingUsers:
		return none("stages say when users start. Leave it out, or begin with a stage that takes so long")
	case option == "grace" && kind.Open():
		return none("its users keep their places, and running iterations finish. Leave it out, or say iterationTimeout to bound them")
	case option == "grace" && p.keepsUsers():
		idle := none("it keeps its users, and running iterations finish. Only users that `liveload control` takes away have a grace; iterationTimeout bounds every iteration")
		idle.Bound = true
		return idle
	case option == "duration" && len(p.Stages) > 0 && or(o.Duration, 0) > time.Duration(stagesLast(p.Stages)):
		return Idleness{Bound: true, Why: fmt.Sprintf("is %v, but the stages end after %v: a duration cuts them off and does not stretch them", *o.Duration, time.Duration(stagesLast(p.Stages)))}
	}
	return Idleness{}
}

// keepsUsers says whether a closed load never retires users by itself.
func (p *Scenario) keepsUsers() bool {
	switch p.Kind() {
	case KindControlled:
		return false
	case KindRampingUsers:
		return slices.IsSortedFunc(p.Stages, func(a, b Stage) int { return or(a.Target, 0) - or(b.Target, 0) })
	}
	return true
}
