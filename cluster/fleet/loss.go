package fleet

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/plan/shape"
	"github.com/liveload/liveload/runner"
)

// A lostError is why a member is lost.
type lostError struct{ cause error }

func (e *lostError) Error() string { return e.cause.Error() }
func (e *lostError) Unwrap() error { return e.cause }

// GivenUp says whether a member is lost for its fleet; ctx is that of the Run of its job.
func GivenUp(ctx context.Context) bool { return is[*lostError](context.Cause(ctx)) }

// lose gives up a member, the first time: its job is stopped, and its load goes where the policy says.
func (j *job) lose(ctx context.Context, c *carrier, why error, out chan<- node.Event) {
	j.mu.Lock()
	if c.lost {
		j.mu.Unlock()
		return
	}
	c.lost = true
	if j.allocator != nil {
		j.allocator.allocations[c.place].state = closed
	}
	c.giveUp(&lostError{why})
	var moves moves
	if !j.ending(ctx) {
		moves = j.move(c)
	}
	j.mu.Unlock()
	for _, name := range c.member.Names() {
		out <- node.Event{Node: name, Lost: why.Error()}
	}
	if j.onLoss == Abort {
		j.stop(aborted(c.member, why))
		return
	}
	for i := range moves.told {
		out <- node.Event{Node: c.member.name(), Moved: &moves.told[i]}
	}
	j.handOver(ctx, moves, out)
	j.reportEnds(out)
}

// enough returns why the job cannot run without the members that are gone, if it cannot.
func (j *job) enough() error {
	var gone []error
	var first *carrier
	for _, c := range j.carriers {
		if c.job == nil {
			j.fleet.forget(c.member)
			gone = append(gone, fmt.Errorf("node %s: %w", c.member.name(), c.gone))
			first = cmp.Or(first, c)
		}
	}
	switch {
	case len(gone) == len(j.carriers):
		return fmt.Errorf("%w: %w", ErrNoneLeft, errors.Join(gone...))
	case len(gone) > 0 && j.onLoss == Abort:
		return aborted(first.member, first.gone)
	}
	return nil
}

// aborted is how a run ends when its policy is to abort.
func aborted(lost Member, why error) error {
	return &runner.AbortError{Cause: fmt.Errorf("node %s was lost, which ends the run (--on-node-loss abort): %w", lost.name(), why)}
}

// moves are what becomes of the load of a lost member.
type moves struct {
	told []node.Moved // by scenario
	to   map[*carrier][]plan.Takeover
}

// move divides the load of a lost member among those that are left. The caller holds the lock.
func (j *job) move(lost *carrier) moves {
	m := moves{to: map[*carrier][]plan.Takeover{}}
	var left []*carrier
	for _, c := range j.carriers {
		if j.onLoss == Redistribute && c.isThere() && !c.fresh {
			left = append(left, c)
		}
	}
	for i := range j.batch {
		if s := &j.batch[i]; !j.reported[s.Name] {
			j.moveScenario(s, lost, left, &m)
		}
	}
	return m
}

// A piece of what is moved goes to one of those that are left.
type piece struct {
	to      int
	segment *shape.Segment
	users   int
}

// moveScenario moves what the lost member has not done of a scenario.
func (j *job) moveScenario(s *plan.Scenario, lost *carrier, left []*carrier, m *moves) {
	now := max(0, time.Since(j.start))
	parts, iterations := lost.living(s.Name), lost.iterationsLeft(s.Name)
	if len(parts) == 0 || now >= time.Duration(s.StartTime+s.RampUp+s.Duration) || s.Kind() == plan.KindSharedIterations && iterations == 0 {
		return
	}
	planned := j.planned(s, now)
	users := 0
	for _, p := range parts {
		users += p.OwnUsers(planned)
	}
	gone := lost.usersGone(s, users, j.commanded[s.Name] != nil)
	moved := node.Moved{Scenario: s.Name, Users: users - gone, To: make([]node.Share, len(left)), Unbegun: lost.job == nil}
	pieces := j.cut(s, parts, left)
	goneOf, iterationsOf := share(gone, pieces), share(int(iterations), pieces)
	for i, p := range pieces {
		j.takeovers++
		t := plan.Takeover{Part: j.takeovers, Scenario: s.Name, Segment: p.segment, From: plan.Duration(now), Ended: goneOf[i], Iterations: int64(iterationsOf[i])}
		c, taken := left[p.to], &held{Scenario: s.TakeOver(t)}
		c.parts, m.to[c] = append(c.parts, taken), append(m.to[c], t)
		moved.To[p.to] = node.Share{Node: c.member.name(), Users: moved.To[p.to].Users + taken.OwnUsers(planned) - t.Ended}
	}
	moved.To = slices.DeleteFunc(moved.To, func(s node.Share) bool { return s.Node == "" })
	m.told = append(m.told, moved)
}

// cut divides parts of a scenario among those that are left.
func (j *job) cut(s *plan.Scenario, parts []*held, left []*carrier) (pieces []piece) {
	var places []place
	for _, c := range left {
		places = append(places, place{weight: c.member.Weight, users: c.users(j.wanted), room: c.member.Room})
	}
	for _, p := range parts {
		segments, counts := divide(p.Segment, p.OwnUsers(j.wanted(s)), places)
		for i, segment := range segments {
			if segment != nil {
				pieces = append(pieces, piece{i, segment, counts[i]})
				places[i].users += counts[i]
			}
		}
	}
	return pieces
}

// wanted is how many users a scenario has at most: as planned, or commanded.
func (j *job) wanted(s *plan.Scenario) int {
	if users := j.commanded[s.Name]; users != nil {
		return *users
	}
	return s.Users
}

// planned is how many users a scenario has at a moment.
func (j *job) planned(s *plan.Scenario, now time.Duration) int {
	if s.Kind().Open() || j.commanded[s.Name] != nil {
		return j.wanted(s)
	}
	return s.UsersAt(now - time.Duration(s.StartTime))
}

// share divides a number among pieces by their users.
func share(total int, pieces []piece) []int {
	shares := make([]int, len(pieces))
	var with, weights []int
	for i, p := range pieces {
		if p.users > 0 {
			with, weights = append(with, i), append(weights, p.users)
		}
	}
	if len(with) > 0 {
		for i, n := range shape.Divide(total, weights) {
			shares[with[i]] = n
		}
	}
	return shares
}

// handOver tells those that are left what they take over. One that does not take it is lost too.
func (j *job) handOver(ctx context.Context, m moves, out chan<- node.Event) {
	bounded, cancel := context.WithTimeout(ctx, j.silence)
	defer cancel()
	each(slices.Collect(maps.Keys(m.to)), func(c *carrier) error {
		err := c.job.TakeOver(bounded, m.to[c])
		if err != nil && !j.ending(ctx) {
			j.lose(ctx, c, err, out)
		}
		return err
	})
}
