package fleet

import (
	"context"
	"slices"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
)

// A carrier is a member with its job and what that has of the load. The mutex of the fleet's job guards what changes.
type carrier struct {
	member Member
	job    node.Job                // nil when the member was gone before it was ready
	gone   error                   // why
	giveUp context.CancelCauseFunc // ends the job of a member that is lost
	parts  []*held
	tally  map[string]*tally // by scenario
	lost   bool
	over   bool  // its job has ended
	err    error // of its job

	passing bool // a report of it waits to be taken

	// Of an elastic fleet.
	place  int
	from   time.Duration // when the first of its users is due, after the start of the batch
	leaves chan struct{} // closed when it leaves before the others
	goes   bool          // it was closed
	fresh  bool          // it has joined a run that goes on, and reported nothing yet
	since  time.Time     // its machine is there, as far as this job pays for it
	left   time.Time     // zero while it is there
}

// A held part of a scenario is on a carrier: its own or one that it has taken over.
type held struct {
	plan.Scenario
	ended bool
}

// A tally is what a carrier has reported of a scenario so far.
type tally struct {
	iterations int64 // that were ended, or counted as not begun
	users      metrics.UserCounts
}

func newCarrier(m Member, job node.Job, own []plan.Scenario) *carrier {
	c := &carrier{member: m, job: job, giveUp: func(error) {}, tally: map[string]*tally{}, leaves: make(chan struct{}), since: m.Since}
	for _, s := range own {
		c.parts = append(c.parts, &held{Scenario: s})
		c.tally[s.Name] = &tally{}
	}
	return c
}

// count adds a snapshot to the tallies.
func (c *carrier) count(s *metrics.Snapshot) {
	for i := range s.Series {
		one := &s.Series[i]
		t := c.tally[one.Scenario]
		switch {
		case t == nil:
		case one.Metric == metrics.Iterations.Name,
			one.Metric == metrics.DroppedIterations.Name && metrics.DroppedIterations.By(one.Labels) == metrics.CauseUnbegun:
			t.iterations += one.Count
		}
	}
	for _, u := range s.Users {
		if t := c.tally[u.Scenario]; t != nil {
			t.users.Started += u.Started
			t.users.Succeeded += u.Succeeded
			t.users.Failed += u.Failed
		}
	}
}

// end notes that a part has ended.
func (c *carrier) end(scenario string, part int) {
	for _, p := range c.parts {
		if p.Name == scenario && p.Part() == part {
			p.ended = true
		}
	}
}

// runs says whether a scenario has not ended on the carrier.
func (c *carrier) runs(scenario string) bool {
	return c.job != nil && !c.lost && len(c.living(scenario)) > 0
}

// isThere says whether the carrier obeys commands and can take something over.
func (c *carrier) isThere() bool { return c.job != nil && !c.lost && !c.over && !c.goes }

// leave has the carrier leave before the others. The caller holds the lock.
func (c *carrier) leave() {
	c.goes = true
	c.member.leaves()
	close(c.leaves)
}

// holds says whether the carrier has a part of a lost one that goes on.
func (c *carrier) holds() bool {
	return slices.ContainsFunc(c.parts, func(p *held) bool { return p.Part() > 0 && !p.ended })
}

// living returns the parts of a scenario that have not ended.
func (c *carrier) living(scenario string) (parts []*held) {
	for _, p := range c.parts {
		if p.Name == scenario && !p.ended {
			parts = append(parts, p)
		}
	}
	return parts
}

// users is how many users the carrier is to have when a scenario has so many in all.
func (c *carrier) users(wanted func(scenario *plan.Scenario) int) (n int) {
	for _, p := range c.parts {
		if !p.ended {
			n += p.OwnUsers(wanted(&p.Scenario))
		}
	}
	return n
}

// iterationsLeft is how many shared iterations of a scenario the carrier has not ended.
func (c *carrier) iterationsLeft(scenario string) int64 {
	left := -c.tally[scenario].iterations
	for _, p := range c.parts {
		if p.Name == scenario {
			left += p.OwnIterations()
		}
	}
	return max(0, left)
}

// usersGone is how many of the users of a scenario that the carrier should have had have ended by themselves. Those that
// were retired, by stages or commands, are not among them.
func (c *carrier) usersGone(s *plan.Scenario, users int, commanded bool) int {
	if s.Kind().Open() {
		return 0 // others take their places
	}
	u := c.tally[s.Name].users
	gone := int(u.Succeeded + u.Failed)
	if s.Kind() == plan.KindRampingUsers || commanded {
		gone = max(0, min(gone, users-(int(u.Started)-gone)))
	}
	return min(gone, users)
}
