package main

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/liveload/liveload/cluster/elastic"
	"github.com/liveload/liveload/cluster/fleet"
	"github.com/liveload/liveload/cluster/remote"
	"github.com/liveload/liveload/cluster/sizing"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
)

// A supply has machines come and go with the load. It implements fleet.Supply.
type supply struct {
	*formation
	lead    elastic.Lead
	perNode int // users that each carries
	room    int // for users of lost ones too; 0 when nobody knows what they carry
}

// elasticFleet starts the first nodes of a plan, and makes a fleet of them that has others come and go.
func (f *formation) elasticFleet(ctx context.Context, p plan.Plan) (*fleet.Fleet, error) {
	s := &f.w.settings.cluster
	r := &supply{formation: f, perNode: s.perNode(p)}
	most, _ := s.most(f.provider)
	began := time.Now()
	nodes, err := f.gather(ctx, r.first(p, most))
	if err != nil {
		return nil, err
	}
	r.lead.Booted(time.Since(began))
	if r.perNode == 0 {
		if r.perNode, err = f.measure(ctx, p, nodes[0]); err != nil {
			return nil, err
		}
	}
	usage := s.usage(p, r.perNode, most, r.lead.Time())
	f.hub.Expect(usage.launches)
	if s.sizing.perNode > 0 || s.sizing.measured {
		r.room = r.perNode
	}
	price, err := s.price(f.provider)
	if err != nil {
		return nil, err
	}
	f.w.log.Info(usage.text(peakUsers(p), price))
	var members []fleet.Member
	for _, n := range nodes {
		members = append(members, r.member(n, began))
	}
	all, err := fleet.New(members, f.w.log)
	if err != nil {
		return nil, err
	}
	all.Elastic = &fleet.Elastic{PerNode: r.perNode, Most: most, Supply: r}
	return all, nil
}

// first is how many nodes a plan needs at its very start, as far as that is known; there is one always.
func (r *supply) first(p plan.Plan, most int) (n int) {
	if r.perNode == 0 {
		return 1
	}
	for _, place := range elastic.Within(p.Batches()[0], elastic.Options{PerNode: r.perNode}, most).Places {
		if len(place.Periods) > 0 && place.Periods[0].From == 0 {
			n++
		}
	}
	return max(1, n)
}

// measure finds out what a node carries. It refuses a load that more nodes of its kind would not carry either.
func (f *formation) measure(ctx context.Context, p plan.Plan, first *remote.Node) (perNode int, err error) {
	footprint, err := f.footprint(ctx, p, first)
	if err != nil {
		return 0, err
	}
	machines := machinesOf([]*remote.Node{first})
	carried := sizing.Size(machines, footprint)
	if err := f.w.settings.cluster.check(f.provider, machines, carried, peakUsers(p)); err != nil {
		return 0, err
	}
	f.note(fmt.Sprintf("a node carries %s: %s", plan.Plural(carried.Users[0], "user"), carried.Why(machines)))
	return carried.Users[0], nil
}

func (r *supply) member(n *remote.Node, launched time.Time) fleet.Member {
	return fleet.Member{Node: r.phases.Watch(&timedNode{Node: n, lead: &r.lead}), Weight: 1, Room: r.room, Since: launched}
}

// A timedNode measures how long it takes to prepare.
type timedNode struct {
	node.Node
	lead *elastic.Lead
}

// Prepare implements node.Node.
func (n *timedNode) Prepare(ctx context.Context, batch []plan.Scenario, shared node.Shared) (node.Job, error) {
	began := time.Now()
	job, err := n.Node.Prepare(ctx, batch, shared)
	if err == nil {
		n.lead.Prepared(time.Since(began))
	}
	return job, err
}

// Lead implements fleet.Supply.
func (r *supply) Lead() time.Duration { return r.lead.Time() }

// Bring implements fleet.Supply.
func (r *supply) Bring(ctx context.Context, n int, joined func(fleet.Member)) error {
	r.w.log.Info(fmt.Sprintf("starting %s for the load to come", plan.Plural(n, "more machine")))
	began, patience := time.Now(), r.w.settings.cluster.patience()
	machines, err := r.machines.Launch(ctx, n)
	waiting, cancel := context.WithTimeoutCause(ctx, patience, fmt.Errorf("waited %v", patience))
	defer cancel()
	errs := make([]error, len(machines))
	var joining sync.WaitGroup
	for i, m := range machines {
		joining.Go(func() {
			n, err := r.hub.Await(waiting, m.Name)
			if err != nil && len(r.hub.Exclude([]string{m.Name})) > 0 {
				errs[i] = errors.Join(err, r.end(m.Name))
				return
			}
			if n == nil { // it has joined just now
				if n, err = r.hub.Await(context.WithoutCancel(ctx), m.Name); err != nil {
					errs[i] = err
					return
				}
			}
			r.lead.Booted(time.Since(began))
			r.phases.Join(m.Name)
			r.mu.Lock()
			r.nodes = append(r.nodes, n)
			r.mu.Unlock()
			joined(r.member(n, began))
		})
	}
	joining.Wait()
	return errors.Join(append(errs, err)...)
}

// Leave implements fleet.Supply.
func (r *supply) Leave(m fleet.Member) {
	name := m.Names()[0]
	r.w.log.Debug("a machine is not needed any more", "node", name)
	ctx, cancel := context.WithTimeout(context.Background(), leaveTimeout)
	defer cancel()
	r.machines.Leaves(name)
	r.hub.Release(ctx, name)
	if err := r.end(name); err != nil {
		r.w.log.Warn("could not end a machine; it is tried again at the end of the run", "machine", name, "error", err)
	}
}

// end ends a machine.
func (r *supply) end(name string) error {
	ctx, cancel := context.WithTimeout(context.Background(), destroyTimeout)
	defer cancel()
	return r.machines.Destroy(ctx, name)
}
