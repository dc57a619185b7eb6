package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/liveload/liveload/cluster/fleet"
	"github.com/liveload/liveload/cluster/remote"
	"github.com/liveload/liveload/cluster/sizing"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
)

// members makes a fleet of nodes, whose parts of the load are as large as what they carry.
func (w *wiring) members(nodes []*remote.Node, p plan.Plan) []fleet.Member {
	w.compareBrowsers(nodes)
	shares := sizing.Shares(resourcesOf(nodes))
	need := sizing.NeedOf(sizing.Heaviest(p, shares[0]))
	footprint := sizing.Light().For(need)
	var capacity []int
	total := 0
	for _, share := range shares {
		users := sizing.Fits(share, footprint).Users()
		capacity = append(capacity, users)
		total += users
	}
	if total < need.Users {
		w.log.Warn(fmt.Sprintf("%s are many for these nodes: they carry about %d if their pages are light; %s",
			plan.Plural(need.Users, "user"), total, sizing.Fits(shares[0], footprint).Why()))
	}
	var members []fleet.Member
	for i, weight := range sizing.Weights(capacity) {
		m := fleet.Member{Node: nodes[i], Weight: weight}
		if total >= need.Users { // else the user knows better what fits
			m.Room = capacity[i]
		}
		members = append(members, m)
	}
	return members
}

func resourcesOf(nodes []*remote.Node) (all []node.Resources) {
	for _, n := range nodes {
		all = append(all, n.Resources())
	}
	return all
}

// compareBrowsers warns about nodes whose browsers differ: so may what they measure.
func (w *wiring) compareBrowsers(nodes []*remote.Node) {
	on := map[string][]string{}
	for _, n := range nodes {
		version := n.Resources().Versions.Browser
		on[version] = append(on[version], n.Names()...)
	}
	if len(on) < 2 {
		return
	}
	var each []string
	for _, version := range slices.Sorted(maps.Keys(on)) {
		each = append(each, fmt.Sprintf("%q on %s", version, strings.Join(on[version], ", ")))
	}
	w.log.Warn("nodes have browsers of different versions, and may measure differently: " + strings.Join(each, "; "))
}
