package fleet

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
)

// grow has nodes come and go until nothing more begins on any of them.
func (j *job) grow(ctx context.Context, out chan<- node.Event) {
	var asking sync.WaitGroup
	defer asking.Wait()
	asked, cancel := context.WithCancelCause(ctx)
	defer cancel(errors.New("the load is over"))
	for {
		j.mu.Lock()
		ask, leave, next := j.allocator.review(time.Since(j.start))
		for _, c := range leave {
			c.leave()
		}
		j.mu.Unlock()
		if ask > 0 {
			asking.Go(func() { j.ask(ctx, asked, ask, out) })
		}
		j.reportEnds(out)
		select {
		case <-j.drained:
			return
		case <-j.allocator.changed:
		case <-time.After(next):
		}
	}
}

// ask asks for nodes, until asked is over, and has those that come carry their parts.
func (j *job) ask(ctx, asked context.Context, n int, out chan<- node.Event) {
	var came atomic.Int64
	err := j.allocator.Supply.Bring(asked, n, func(m Member) {
		came.Add(1)
		j.members.Go(func() { j.join(ctx, asked, m, out) })
	})
	j.missing(ctx, n-int(came.Load()), err, out)
}

// missing takes note that n nodes do not come. Others are asked for in their place, once; then their load goes where that of
// lost nodes does.
func (j *job) missing(ctx context.Context, n int, why error, out chan<- node.Event) {
	if n == 0 || j.ending(ctx) {
		return
	}
	again, nobody := j.giveUpWaiting(n)
	if again > 0 {
		j.log.Warn(replaced(again), "reason", why)
		j.allocator.wake()
	}
	reason, _, _ := strings.Cut(fmt.Sprint(why), "\n") // the log has those of the others
	for _, c := range nobody {
		j.lose(ctx, c, errors.New("it did not come, nor did the one in its place: "+reason), out)
	}
}

// giveUpWaiting ends the wait of the n most urgent places. It returns how many of them get another try, and stand-ins for the
// nodes of the others, to be lost in their place.
func (j *job) giveUpWaiting(n int) (again int, nobody []*carrier) {
	j.mu.Lock()
	defer j.mu.Unlock()
	now := time.Since(j.start)
	waiting := j.allocator.waiting(now)
	for _, place := range waiting[:min(n, len(waiting))] {
		s := &j.allocator.allocations[place]
		if s.tries++; s.tries < mostTries {
			s.state = empty
			again++
			continue
		}
		s.state = closed
		m := Member{Node: absent(fmt.Sprintf("missing-%d", place+1)), Weight: 1}
		c := newCarrier(m, nil, j.allocator.plan.Scenarios(place, now))
		c.place = place
		nobody = append(nobody, c)
	}
	return again, nobody
}

// An absent node has a name only.
type absent string

// Names implements node.Node.
func (a absent) Names() []string { return []string{string(a)} }

// Prepare implements node.Node.
func (a absent) Prepare(context.Context, []plan.Scenario, node.Shared) (node.Job, error) {
	return nil, fmt.Errorf("node %s is not there", string(a))
}

// join has a node that has come carry the part of the place that needs one most, until that is over.
func (j *job) join(ctx, asked context.Context, m Member, out chan<- node.Event) {
	c, from, err := j.allocate(asked, m)
	switch {
	case err != nil:
		j.allocator.dismiss(m)
		j.missing(ctx, 1, err, out)
		return
	case c == nil:
		j.allocator.dismiss(m)
		return
	}
	if late := time.Since(j.start) - from; late > tolerable {
		out <- node.Event{Node: m.name(), Late: late}
	}
	j.carry(ctx, c, out)
}

// allocate gives a node a place and prepares it there. Without a carrier nobody is needed.
func (j *job) allocate(ctx context.Context, m Member) (*carrier, time.Duration, error) {
	j.mu.Lock()
	now := time.Since(j.start)
	waiting := j.allocator.waiting(now)
	if len(waiting) == 0 || j.ending(ctx) {
		j.mu.Unlock()
		return nil, 0, nil
	}
	place := waiting[0]
	need, needed := j.allocator.need(place, now)
	if !needed { // no more: it took too long, or a command came
		j.allocator.allocations[place].state = empty
		j.mu.Unlock()
		return nil, 0, nil
	}
	j.allocator.allocations[place].state = joining
	own := j.allocator.plan.Scenarios(place, need.From)
	j.mu.Unlock()
	for i := range own {
		if own[i].Kind() == plan.KindConstantUsers { // whose users have a clock of their own, which may be over
			own[i].Joins = max(own[i].Joins, plan.Duration(now))
		}
	}
	inTime, cancel := context.WithTimeoutCause(ctx, PrepareTimeout, errNotReady)
	defer cancel()
	c, err := prepare(inTime, m, own, j.allocator.shared)
	switch {
	case err != nil:
	case c.job == nil:
		err = c.gone
	default:
		c.place, c.from = place, need.From
		err = j.admit(ctx, c)
	}
	if err != nil {
		j.mu.Lock()
		j.allocator.allocations[place].state = awaited
		j.mu.Unlock()
		return nil, 0, err
	}
	return c, need.From, nil
}

// admit has a node obey what was commanded before it came, and from now on.
func (j *job) admit(ctx context.Context, c *carrier) error {
	j.steering.Lock()
	defer j.steering.Unlock()
	j.mu.Lock()
	orders := j.allocator.orders
	j.mu.Unlock()
	for scenario, cmd := range orders { // only steering changes them
		if err := c.job.Steer(ctx, scenario, cmd); err != nil {
			return errors.Join(fmt.Errorf("tell what was commanded: %w", err), c.job.Close(ctx))
		}
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	c.fresh = true
	j.carriers = append(j.carriers, c)
	j.allocator.allocations[c.place] = allocation{state: occupied, carrier: c}
	j.allocator.count()
	j.allocator.wake()
	return nil
}

// left ends a node that is not needed any more.
func (j *job) left(ctx context.Context, c *carrier, out chan<- node.Event) {
	if err := c.job.Close(ctx); err != nil {
		j.log.Warn("a node that leaves could not close everything", "node", c.member.name(), "error", err)
	}
	j.allocator.Supply.Leave(c.member)
	j.mu.Lock()
	c.left = time.Now()
	j.allocator.allocations[c.place] = allocation{}
	j.mu.Unlock()
	j.allocator.wake()
	j.reportEnds(out)
}

// account reports what the machines of an elastic fleet were used for.
func (j *job) account(out chan<- node.Event) {
	if j.allocator == nil {
		return
	}
	m := node.Machines{Needed: j.allocator.plan.Needed(time.Since(j.start)), Most: j.allocator.most}
	for _, c := range j.carriers {
		until := c.left
		if until.IsZero() {
			until = time.Now()
		}
		m.Used += until.Sub(c.since)
	}
	out <- node.Event{Machines: &m}
}
