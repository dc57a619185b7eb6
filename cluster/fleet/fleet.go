// Package fleet makes many nodes look like one: it prepares them together, gives each its segment of the
// plan, starts them at one moment, and merges what they report. Each Node decides how it is reached.
package fleet

import (
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

// Silence is how long a node may report nothing before it is lost. Nodes report something every second.
const Silence = 20 * time.Second

// A Member is a node of a fleet.
type Member struct {
	node.Node
	Weight int // a member of weight 2 has twice the load of one of weight 1
}

// name is what errors call the member.
func (m Member) name() string { return strings.Join(m.Names(), ", ") }

// A Fleet is a node.Node whose users are on its members.
type Fleet struct {
	members []Member
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

// Prepare implements node.Node. All members prepare at once; when one cannot, none runs.
func (f *Fleet) Prepare(ctx context.Context, batch []plan.Scenario, shared node.Shared) (node.Job, error) {
	j := &job{log: f.log, parts: make([]*part, len(f.members)), reported: map[string]bool{}}
	for _, s := range batch {
		if s.Segment != nil {
			return nil, errors.New("a fleet cannot be a member of another one: make its nodes members themselves")
		}
		j.scenarios = append(j.scenarios, s.Name)
	}
	var weights []int
	for _, m := range f.members {
		weights = append(weights, m.Weight)
	}
	segments := shape.Segments(weights)
	preparing, bounded := errgroup.WithContext(ctx)
	for i, m := range f.members {
		preparing.Go(func() error {
			prepared, err := m.Prepare(bounded, segment(batch, segments[i]), shared)
			if err != nil {
				return fmt.Errorf("prepare node %s: %w", m.name(), err)
			}
			j.parts[i] = &part{member: m, job: prepared, ended: map[string]bool{}}
			return nil
		})
	}
	if err := preparing.Wait(); err != nil {
		j.parts = slices.DeleteFunc(j.parts, func(p *part) bool { return p == nil })
		return nil, errors.Join(err, j.Close(ctx))
	}
	return j, nil
}

// segment returns the batch of a node that has a segment of it.
func segment(batch []plan.Scenario, of *shape.Segment) []plan.Scenario {
	own := slices.Clone(batch)
	for i := range own {
		own[i].Segment = of
	}
	return own
}
