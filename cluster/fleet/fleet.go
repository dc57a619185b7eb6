// Package fleet makes many nodes look like one: it prepares them together, gives each its segment of the
// plan, starts them at one moment, and merges what they report. Each Node decides how it is reached.
package fleet

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/plan/shape"
)

// Silence is how long a node may report nothing before it is lost, unless a Fleet says otherwise. Nodes report something
// every second.
const Silence = 30 * time.Second

// OnLoss says what becomes of the load of a lost node.
type OnLoss string

const (
	Redistribute OnLoss = "redistribute" // it goes on elsewhere, as far as there is room
	Continue     OnLoss = "continue"     // it is missing from then on
	Abort        OnLoss = "abort"        // the run ends
)

// A Member is a node of a fleet.
type Member struct {
	node.Node
	Weight int // a member of weight 2 has twice the load of one of weight 1
	Room   int // users that it carries at most when others are lost; 0 is any number
	// Since is when its machine was launched, or when the batch before has ended. An elastic fleet counts from then.
	Since time.Time
}

// name is what errors call the member.
func (m Member) name() string { return strings.Join(m.Names(), ", ") }

// leaves tells the member that it leaves, if it wants to know.
func (m Member) leaves() {
	if told, ok := m.Node.(Leaver); ok {
		told.Leaves()
	}
}

// A Fleet is a node.Node whose users are on its members.
type Fleet struct {
	OnLoss  OnLoss        // "" is Redistribute
	Silence time.Duration // 0 is the constant of this name
	Elastic *Elastic      // nil when all members are there all the time

	members []Member // without those that were lost
	log     *slog.Logger
}

// New returns the fleet of members, at least one, whose names and weights it checks.
func New(members []Member, log *slog.Logger) (*Fleet, error) {
	if len(members) == 0 {
		return nil, errors.New("a fleet needs at least one node")
	}
	for _, m := range members {
		if m.Weight < 1 {
			return nil, fmt.Errorf("node %s has the weight %d, but it must be at least 1", m.name(), m.Weight)
		}
	}
	f := &Fleet{members: members, log: log}
	names := f.Names()
	slices.Sort(names)
	for i := 1; i < len(names); i++ {
		if names[i] == names[i-1] {
			return nil, fmt.Errorf("two nodes are called %s: give each a name of its own", names[i])
		}
	}
	return f, nil
}

// Names implements node.Node.
func (f *Fleet) Names() (names []string) {
	for _, m := range f.members {
		names = append(names, m.Names()...)
	}
	return names
}

// Prepare implements node.Node. All members prepare at once; when one cannot, none runs. One that is gone is lost when the
// job begins to run.
func (f *Fleet) Prepare(ctx context.Context, batch []plan.Scenario, shared node.Shared) (node.Job, error) {
	if len(f.members) == 0 && f.Elastic == nil {
		return nil, ErrNoneLeft
	}
	if batch[0].Phase != "" {
		return f.prepareOne(ctx, batch, shared)
	}
	for _, s := range batch {
		if s.Segment != nil {
			return nil, errors.New("a fleet cannot be a member of another one: make its nodes members themselves")
		}
	}
	j := &job{
		onLoss: cmp.Or(f.OnLoss, Redistribute), silence: cmp.Or(f.Silence, Silence), log: f.log, batch: batch,
		fleet: f, reported: map[string]bool{}, commanded: map[string]*int{},
	}
	parts, err := f.parts(ctx, j, shared)
	if err != nil {
		return nil, err
	}
	carriers := make([]*carrier, len(f.members))
	inTime, cancel := context.WithTimeoutCause(ctx, PrepareTimeout, errNotReady)
	defer cancel()
	preparing, bounded := errgroup.WithContext(inTime)
	for i, m := range f.members {
		preparing.Go(func() (err error) {
			carriers[i], err = prepare(bounded, m, parts[i], shared)
			return err
		})
	}
	err = preparing.Wait()
	if slow := unready(inTime, f.members, carriers); err != nil && slow != nil {
		err = slow
	}
	j.carriers = slices.DeleteFunc(carriers, func(c *carrier) bool { return c == nil })
	if err == nil {
		err = j.enough()
	}
	if err != nil {
		return nil, errors.Join(err, j.Close(ctx))
	}
	if j.allocator != nil {
		j.allocator.take(j.carriers)
	}
	return j, nil
}

// prepareOne has one member prepare what runs once. Those that are gone are left out.
func (f *Fleet) prepareOne(ctx context.Context, batch []plan.Scenario, shared node.Shared) (node.Job, error) {
	if len(f.members) == 0 {
		if err := f.bring(ctx, 1); err != nil {
			return nil, err
		}
	}
	inTime, cancel := context.WithTimeoutCause(ctx, PrepareTimeout, errNotReady)
	defer cancel()
	var gone []error
	for _, m := range slices.Clone(f.members) {
		job, err := m.Prepare(inTime, batch, shared)
		if err == nil || !is[*node.GoneError](err) {
			return job, err
		}
		gone = append(gone, fmt.Errorf("node %s: %w", m.name(), err))
	}
	return nil, fmt.Errorf("%w: %w", ErrNoneLeft, errors.Join(gone...))
}

// prepare has a member prepare its part. One that is gone is a carrier without a job.
func prepare(ctx context.Context, m Member, own []plan.Scenario, shared node.Shared) (*carrier, error) {
	job, err := m.Prepare(ctx, own, shared)
	gone, isGone := errors.AsType[*node.GoneError](err)
	if err != nil && !isGone {
		return nil, fmt.Errorf("prepare node %s: %w", m.name(), err)
	}
	c := newCarrier(m, job, own)
	if isGone {
		c.gone = gone
	}
	return c, nil
}

// parts are what the members have of a batch at its start.
func (f *Fleet) parts(ctx context.Context, j *job, shared node.Shared) (parts [][]plan.Scenario, err error) {
	if f.Elastic != nil {
		j.allocator = newAllocator(*f.Elastic, j.batch, shared)
		return f.assign(ctx, j.allocator)
	}
	var weights []int
	for _, m := range f.members {
		weights = append(weights, m.Weight)
	}
	for _, of := range shape.Segments(weights) {
		parts = append(parts, segment(j.batch, of))
	}
	return parts, nil
}

// keep leaves out members that were lost or have left, and takes in those that have joined. It is called when no job runs.
func (f *Fleet) keep(carriers []*carrier) {
	f.members = nil
	for _, c := range carriers {
		if !c.lost && c.left.IsZero() {
			c.member.Since = time.Now()
			f.members = append(f.members, c.member)
		}
	}
}

// forget leaves out a member that was lost. It is called when no job runs.
func (f *Fleet) forget(lost Member) {
	f.members = slices.DeleteFunc(f.members, func(m Member) bool { return m.Node == lost.Node })
}

// segment returns the batch of a node that has a segment of it.
func segment(batch []plan.Scenario, of *shape.Segment) []plan.Scenario {
	own := slices.Clone(batch)
	for i := range own {
		own[i].Segment = of
	}
	return own
}
