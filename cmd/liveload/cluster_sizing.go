package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/liveload/liveload/cluster"
	"github.com/liveload/liveload/cluster/fleet"
	"github.com/liveload/liveload/cluster/phases"
	"github.com/liveload/liveload/cluster/remote"
	"github.com/liveload/liveload/cluster/shared"
	"github.com/liveload/liveload/cluster/sizing"
	"github.com/liveload/liveload/cluster/trial"
	"github.com/liveload/liveload/jsmodules/data"
	"github.com/liveload/liveload/plan"
)

// trialLead is how far ahead of its start a load of the trial is sent to a node.
const trialLead = time.Second

// size starts and gathers the nodes that a plan takes, and makes a fleet of them in which parts of the load are as large as
// what each carries.
func (f *formation) size(ctx context.Context, p plan.Plan) ([]fleet.Member, error) {
	settings := &f.w.settings.cluster
	users := peakUsers(p)
	nodes, err := f.gather(ctx, settings.nodes)
	if err != nil {
		return nil, err
	}
	if perNode := settings.sizing.perNode; perNode > 0 {
		each := slices.Repeat([]int{perNode}, len(nodes))
		warnOfNodes(p, machinesOf(nodes), divided(min(users, perNode*len(nodes)), each), f.w.log) // there may be room for more than there are
		return members(nodes, each, true), nil
	}
	footprint, err := f.footprint(ctx, p, nodes[0])
	if err != nil {
		return nil, err
	}
	for {
		machines := machinesOf(nodes)
		carried := sizing.Size(machines, footprint)
		if !settings.sizing.measured {
			f.warnOfMany(users, machines, carried)
			if shares := weights(f.provider, nodes); shares != nil {
				warnOfNodes(p, machines, divided(users, shares), f.w.log)
				return members(nodes, shares, false), nil
			}
			return members(nodes, carried.Users, users <= carried.Total()), nil // else people know better what fits
		}
		if err := settings.check(f.provider, machines, carried, users); err != nil {
			return nil, err
		}
		missing := carried.Missing(users)
		if missing == 0 {
			f.note(fmt.Sprintf("%s for %s: %s", plan.Plural(len(nodes), "node"), plan.Plural(users, "user"), carried.Why(machines)))
			return members(nodes, carried.Users, true), nil
		}
		settings.nodes = len(nodes) + missing
		if nodes, err = f.gather(ctx, settings.nodes); err != nil {
			return nil, err
		}
	}
}

// peakUsers is how many users a plan has at once at most.
func peakUsers(p plan.Plan) (most int) {
	for _, batch := range p.Batches() {
		most = max(most, sizing.NeedOf(batch).Users)
	}
	return most
}

// footprint is what a user of the batch that needs most costs, by a trial on a node if there is one.
func (f *formation) footprint(ctx context.Context, p plan.Plan, first *remote.Node) (sizing.Footprint, error) {
	s := f.w.settings.cluster.sizing
	batch := sizing.Heaviest(p, first.Resources())
	need := sizing.NeedOf(batch)
	if !s.measured || s.calibrate == 0 {
		f.phases.Await(phases.Size)
		return sizing.Light().For(need), nil
	}
	name := first.Names()[0]
	f.phases.Await(phases.Size, name)
	f.w.log.Info(fmt.Sprintf("trying a few users on node %s for %v to see what they cost: their iterations do not count, but the application sees them (--%s 0 does without)",
		name, s.calibrate, calibrateFlag))
	f.w.setups, f.first = &cluster.Setups{Log: f.w.log}, first
	if err := f.w.setups.Begin(ctx, first, batch, &shared.Local{}, nil); err != nil {
		return sizing.Footprint{}, err
	}
	tried, err := trial.Run(ctx, first, batch, trial.Options{For: s.calibrate, Lead: trialLead, Cores: first.Resources().Cores, Once: data.IsUnique})
	if err != nil {
		return sizing.Footprint{}, err
	}
	f.w.shared = tried.After
	f.note(triedText(name, tried))
	if tried.Failed > 0 {
		f.w.log.Warn(fmt.Sprintf("%d of %d iterations failed when a few users were tried: those of the run may cost something else", tried.Failed, tried.Iterations))
	}
	if tried.Busy-tried.Own > busyElsewhere {
		f.w.log.Warn(fmt.Sprintf("node %s is busy with something else: its processors were never less than %.0f %% busy, and the users that were tried took %.0f %%; it carries less than it seems",
			name, tried.Busy, tried.Own))
	}
	return tried.Footprint.For(need), nil
}

// busyElsewhere is how much of the processors something else may take, in per cent.
const busyElsewhere = 30

// triedText says what a trial was, and found.
func triedText(name string, tried trial.Trial) string {
	cut := ""
	if tried.Interrupted > 0 {
		cut = fmt.Sprintf(" and up to %d that took too long and were interrupted", tried.Interrupted)
	}
	rows := ""
	if tried.Rows > 0 {
		rows = fmt.Sprintf(" They took %s, which the run does not give again.", plan.Plural(int(tried.Rows), "unique row"))
	}
	return fmt.Sprintf("tried before the run on node %s: up to %s at once, who made %s%s, which count nowhere here, but the application has seen them.%s A user takes %s and keeps %s busy",
		name, plan.Plural(tried.Users, "user"), plan.Plural(int(tried.Iterations), "iteration"), cut, rows, sizing.Megabytes(tried.Footprint.Session), sizing.ShareOfCores(tried.Footprint.CPU))
}

// note says something now, and in every Result.
func (f *formation) note(text string) {
	f.w.log.Info(text)
	f.w.notes = append(f.w.notes, text)
}

func (f *formation) warnOfMany(users int, machines []sizing.Machine, carried sizing.Sizing) {
	if total := carried.Total(); users > total {
		f.w.log.Warn(fmt.Sprintf("%s are many for these nodes, which carry about %d if their pages are light: %s", plan.Plural(users, "user"), total, carried.Why(machines)))
	}
}

func machinesOf(nodes []*remote.Node) (all []sizing.Machine) {
	for _, n := range nodes {
		all = append(all, sizing.Machine{Name: n.Names()[0], Resources: n.Resources()})
	}
	return all
}

// divided is how many of some users each of several shares has, at least.
func divided(users int, shares []int) (each []int) {
	all := 0
	for _, share := range shares {
		all += share
	}
	for _, share := range shares {
		each = append(each, users*share/max(1, all))
	}
	return each
}

// members have parts of the load by what they carry. bounded says that they take over no more than that from lost nodes.
func members(nodes []*remote.Node, users []int, bounded bool) (members []fleet.Member) {
	for i, weight := range sizing.Weights(users) {
		m := fleet.Member{Node: nodes[i], Weight: weight}
		if bounded {
			m.Room = users[i]
		}
		members = append(members, m)
	}
	return members
}

// differentBrowsers says which nodes have which browsers, "" when all have the same: where they differ, so may what they
// measure.
func differentBrowsers(machines []sizing.Machine) string {
	on := map[string][]string{}
	for _, m := range machines {
		version := m.Resources.Versions.Browser
		on[version] = append(on[version], m.Name)
	}
	if len(on) < 2 {
		return ""
	}
	var each []string
	for _, version := range slices.Sorted(maps.Keys(on)) {
		each = append(each, fmt.Sprintf("%q on %s", version, strings.Join(on[version], ", ")))
	}
	return "nodes have browsers of different versions, and may measure differently: " + strings.Join(each, "; ")
}
