package fleet

import (
	"slices"
	"time"

	"github.com/liveload/liveload/plan"
)

// waves are how many times nodes are asked for within the time that they take to come: those in between come together.
const waves = 8

// review says what is to be done at a moment: how many nodes to ask for, which ones leave, and when to look again at the
// latest. The caller holds the lock.
func (b *board) review(now time.Duration) (ask int, leave []*carrier, next time.Duration) {
	lead := b.Supply.Lead()
	next = max(time.Second, b.plan.Lasts()-now)
	look := func(at time.Duration) { next = min(next, max(0, at-now)) }
	for i := range b.posts {
		s := &b.posts[i]
		need, needed := b.need(i, now)
		switch {
		case s.state == empty && needed && need.From-lead <= now+lead/waves:
			s.state = awaited
			ask++
		case s.state == empty && needed:
			look(need.From - lead)
		case s.state != occupied || s.carrier.goes || s.carrier.over:
		case needed && (need.From-lead <= now || need.From <= s.carrier.from): // which it came for, even if too early
			look(need.Until + leaveAfter)
		case b.ended(i, now) >= b.plan.Lasts(): // those that are there at the end may be needed by the next batch
		case now < b.ended(i, now)+leaveAfter:
			look(b.ended(i, now) + leaveAfter)
		case b.held == 0 && !s.carrier.holds():
			leave = append(leave, s.carrier)
		}
	}
	return ask, leave, next
}

// ended is when the last stint of a place ended before a moment.
func (b *board) ended(place int, now time.Duration) (at time.Duration) {
	for _, s := range b.plan.Places[place].Stints {
		if s.Until <= now {
			at = s.Until
		}
	}
	return at
}

// waiting are the posts for which a node is on its way, the most urgent first. The caller holds the lock.
func (b *board) waiting(now time.Duration) (posts []int) {
	for i := range b.posts {
		if b.posts[i].state == awaited {
			posts = append(posts, i)
		}
	}
	from := func(i int) time.Duration {
		need, needed := b.need(i, now)
		if !needed {
			return b.plan.Lasts()
		}
		return need.From
	}
	slices.SortStableFunc(posts, func(one, other int) int { return int(from(one) - from(other)) })
	return posts
}

// expects says whether a node is still to come that has a part of a scenario. The caller holds the lock.
func (b *board) expects(s *plan.Scenario, now time.Duration) bool {
	if now >= time.Duration(s.StartTime+s.RampUp+s.Duration) {
		return false
	}
	for i := range b.posts {
		p := &b.posts[i]
		if p.state == closed || p.state == occupied && !p.carrier.goes {
			continue
		}
		if _, needed := b.need(i, now); needed && b.plan.Has(i, s.Name) {
			return true
		}
	}
	return false
}

// complete completes a command before nodes get it: a rate is dealt among those that are there. They stay until release. The
// caller holds the lock.
func (b *board) complete(scenario string, cmd plan.Command) plan.Command {
	b.held++
	if cmd.Rate != nil {
		cmd.Slots = b.plan.Slots(scenario, func(place int) bool {
			s := &b.posts[place]
			return s.state == occupied && !s.carrier.goes || s.state == closed
		})
	}
	return cmd
}

// release lets nodes leave again after a command, which is followed if they obey. The caller holds the lock.
func (b *board) release(scenario string, now time.Duration, cmd plan.Command, obeyed bool) {
	b.held--
	b.wake()
	if !obeyed {
		return
	}
	known := b.orders[scenario]
	switch {
	case cmd.Stop:
		b.plan.Stop(scenario, now)
		known.Stop = true
	case cmd.Users != nil:
		b.plan.Command(scenario, now, *cmd.Users)
		known.Users = cmd.Users
	case cmd.Rate != nil:
		b.plan.Command(scenario, now, cmd.Slots)
		known.Rate, known.Slots = cmd.Rate, cmd.Slots
	}
	if cmd.Paused != nil {
		known.Paused = cmd.Paused
	}
	b.orders[scenario] = known
}
