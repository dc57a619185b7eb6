package fleet

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/liveload/liveload/cluster/elastic"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
)

// Elastic says how nodes of a fleet come and go with the load.
type Elastic struct {
	PerNode int // users that each carries
	Most    int // nodes at once; 0 is any number
	Supply  Supply
}

// A Supply starts nodes and ends them while a run goes on. Safe for concurrent use.
type Supply interface {
	// Lead is how long before it is needed a node is to be asked for, by what is known so far.
	Lead() time.Duration
	// Bring starts n nodes and hands over each that has joined, from any goroutine. It returns when all have, or with why
	// some did not; it gives up when ctx is over.
	Bring(ctx context.Context, n int, joined func(Member)) error
	// Leave ends a node that has no job any more.
	Leave(m Member)
}

// A Leaver is a node that is told before it leaves a run that goes on.
type Leaver interface{ Leaves() }

const (
	// leastAway is how long a machine is at least away: what is paid for boots would not be saved otherwise.
	leastAway = time.Minute
	// leaveAfter is when a node leaves that is not needed any more: its users have been told by then that they are over.
	leaveAfter = time.Second
	// mostTries is how often a node is asked for until its part of the load goes elsewhere.
	mostTries = 2
	// tolerable is how late a node may be without being told.
	tolerable = time.Second
)

// An allocator knows which places of a batch have a node, and which need one. The mutex of the job guards it.
type allocator struct {
	Elastic
	plan        *elastic.Plan
	shared      node.Shared
	allocations []allocation
	first       []int                   // places that have a node when the batch starts
	orders      map[string]plan.Command // that were given, by scenario
	most        int                     // nodes at once so far
	held        int                     // commands during which nobody leaves
	changed     chan struct{}           // receives when there may be something to do
}

// An allocation is a place of the plan, and the node that it has.
type allocation struct {
	state   allocationState
	carrier *carrier
	tries   int // to get a node, that came to nothing
}

type allocationState int

const (
	empty    allocationState = iota
	awaited                  // a node is on its way
	joining                  // it is there, and prepares
	occupied                 // it carries its users
	closed                   // nobody comes any more: the load is lost or elsewhere
)

func newAllocator(e Elastic, batch []plan.Scenario, shared node.Shared) *allocator {
	p := elastic.Within(batch, elastic.Options{PerNode: e.PerNode, Lead: e.Supply.Lead(), Least: leastAway}, e.Most)
	return &allocator{Elastic: e, plan: p, shared: shared, allocations: make([]allocation, len(p.Places)), orders: map[string]plan.Command{}, changed: make(chan struct{}, 1)}
}

// wake says that there may be something to do.
func (a *allocator) wake() {
	select {
	case a.changed <- struct{}{}:
	default:
	}
}

// initial are the places that have a node when the batch starts, at least n of them, the most urgent first.
func (a *allocator) initial(n int) (places []int) {
	for k := range a.plan.Places {
		places = append(places, k)
	}
	slices.SortStableFunc(places, func(one, other int) int { return int(a.begins(one) - a.begins(other)) })
	for n < len(places) && a.begins(places[n]) <= a.Supply.Lead() {
		n++
	}
	return places[:min(n, len(places))]
}

// begins is when the first period of a place does.
func (a *allocator) begins(place int) time.Duration { return a.plan.Places[place].Periods[0].From }

// need is the period of a place that goes on at a moment, or else the next one.
func (a *allocator) need(place int, now time.Duration) (elastic.Period, bool) {
	for _, s := range a.plan.Places[place].Periods {
		if now < s.Until {
			return s, true
		}
	}
	return elastic.Period{}, false
}

// assign has as many members as a batch needs at its start, and returns their parts of it.
func (f *Fleet) assign(ctx context.Context, a *allocator) (parts [][]plan.Scenario, err error) {
	places := a.initial(1)
	if missing := len(places) - len(f.members); missing > 0 {
		if err := f.bring(ctx, missing); err != nil {
			return nil, err
		}
	}
	for _, m := range f.members[len(places):] {
		a.dismiss(m)
	}
	f.members = f.members[:len(places)]
	a.first = places
	for _, k := range places {
		parts = append(parts, a.plan.Scenarios(k, 0))
	}
	return parts, nil
}

// take notes who is at the first places.
func (a *allocator) take(carriers []*carrier) {
	for i, c := range carriers {
		c.place, c.from = a.first[i], a.begins(a.first[i])
		a.allocations[c.place] = allocation{state: occupied, carrier: c}
	}
	a.count()
}

// count notes how many nodes there are. The caller holds the lock.
func (a *allocator) count() {
	there := 0
	for i := range a.allocations {
		if a.allocations[i].state == occupied {
			there++
		}
	}
	a.most = max(a.most, there)
}

// dismiss has a member leave that has no job.
func (a *allocator) dismiss(m Member) {
	m.leaves()
	a.Supply.Leave(m)
}

// bring waits for some more members. Others are asked for in place of those that do not come, once.
func (f *Fleet) bring(ctx context.Context, n int) error {
	for tries := 1; ; tries++ {
		joined := make(chan Member, n)
		err := f.Elastic.Supply.Bring(ctx, n, func(m Member) { joined <- m })
		close(joined)
		for m := range joined {
			f.members = append(f.members, m)
			n--
		}
		switch {
		case n == 0:
			return nil
		case tries == mostTries || ctx.Err() != nil:
			return fmt.Errorf("start %s: %w", plan.Plural(n, "more node"), err)
		}
		f.log.Warn(replaced(n), "reason", err)
	}
}

// replaced says that others are started in place of n nodes.
func replaced(n int) string {
	if n == 1 {
		return "a node does not come, and another one is started in its place"
	}
	return fmt.Sprintf("%d nodes do not come, and others are started in their place", n)
}
