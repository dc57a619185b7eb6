package fleet

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/liveload/liveload/plan"
)

// requestsPerLead is how many times at most nodes are asked for within the time that they take to come: those of a moment in
// between are asked for together.
const requestsPerLead = 8

// review says what is to be done at a moment: how many nodes to ask for, which ones leave, and when to look again at the
// latest. The caller holds the lock.
func (a *allocator) review(now time.Duration) (ask int, leave []*carrier, next time.Duration) {
	lead := a.Supply.Lead()
	next = max(time.Second, a.plan.Lasts()-now)
	look := func(at time.Duration) { next = min(next, max(0, at-now)) }
	for i := range a.allocations {
		s := &a.allocations[i]
		need, needed := a.need(i, now)
		switch {
		case s.state == empty && needed && need.From-lead <= now+lead/requestsPerLead:
			s.state = awaited
			ask++
		case s.state == empty && needed:
			look(need.From - lead)
		case s.state != occupied || s.carrier.goes || s.carrier.over:
		case needed && (need.From-lead <= now || need.From <= s.carrier.from): // which it came for, even if too early
			look(need.Until + leaveAfter)
		case a.ended(i, now) >= a.plan.Lasts(): // those that are there at the end may be needed by the next batch
		case now < a.ended(i, now)+leaveAfter:
			look(a.ended(i, now) + leaveAfter)
		case a.held == 0 && !s.carrier.holds():
			leave = append(leave, s.carrier)
		}
	}
	return ask, leave, next
}

// ended is when the last period of a place ended before a moment.
func (a *allocator) ended(place int, now time.Duration) (at time.Duration) {
	for _, s := range a.plan.Places[place].Periods {
		if s.Until <= now {
			at = s.Until
		}
	}
	return at
}

// waiting are the places for which a node is on its way, the most urgent first. The caller holds the lock.
func (a *allocator) waiting(now time.Duration) (places []int) {
	for i := range a.allocations {
		if a.allocations[i].state == awaited {
			places = append(places, i)
		}
	}
	from := func(i int) time.Duration {
		need, needed := a.need(i, now)
		if !needed {
			return a.plan.Lasts()
		}
		return need.From
	}
	slices.SortStableFunc(places, func(one, other int) int { return int(from(one) - from(other)) })
	return places
}

// expects says whether a node is still to come that has a part of a scenario. The caller holds the lock.
func (a *allocator) expects(s *plan.Scenario, now time.Duration) bool {
	if now >= time.Duration(s.StartTime+s.RampUp+s.Duration) {
		return false
	}
	for i := range a.allocations {
		p := &a.allocations[i]
		if p.state == closed || p.state == occupied && !p.carrier.goes {
			continue
		}
		if _, needed := a.need(i, now); needed && a.plan.Has(i, s.Name) {
			return true
		}
	}
	return false
}

// complete completes a command before nodes get it: a rate is divided among those that are there. They stay until release. The
// caller holds the lock.
func (a *allocator) complete(scenario string, cmd plan.Command) plan.Command {
	a.held++
	if cmd.Rate != nil {
		cmd.Slots = a.plan.Slots(scenario, func(place int) bool {
			s := &a.allocations[place]
			return s.state == occupied && !s.carrier.goes || s.state == closed
		})
	}
	return cmd
}

// release lets nodes leave again after a command, which is followed if they obey. The caller holds the lock.
func (a *allocator) release(scenario string, now time.Duration, cmd plan.Command, obeyed bool) {
	a.held--
	a.wake()
	if !obeyed {
		return
	}
	known := a.orders[scenario]
	switch {
	case cmd.Stop:
		a.plan.Stop(scenario, now)
		known.Stop = true
	case cmd.Users != nil:
		a.plan.Command(scenario, now, *cmd.Users)
		known.Users = cmd.Users
	case cmd.Rate != nil:
		a.plan.Command(scenario, now, cmp.Or(cmd.Slots, math.MaxInt)) // 0 are all of them
		known.Rate, known.Slots = cmd.Rate, cmd.Slots
	}
	if cmd.Paused != nil {
		known.Paused = cmd.Paused
	}
	a.orders[scenario] = known
}
