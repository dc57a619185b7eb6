package metrics

import (
	"maps"
	"slices"
)

// A NodePart is what one node measured in one scenario, or about itself: in a second, and from the start of the run
// until now.
type NodePart struct {
	Node   string     `json:"node"`
	Series []Series   `json:"series"` // sorted by metric and labels; a revision has none of nodes in which nothing has changed
	Users  UserCounts `json:"users"`  // that started and ended in the second
	Active int64      `json:"active"` // users at its end

	Totals     []Series   `json:"totals"`      // sorted by metric and labels
	TotalUsers UserCounts `json:"total_users"` // that started and ended until now
}

// nodeParts makes the parts of nodes, second by second from the oldest one that is kept. Their Totals and Active are
// kept up to date by pass. It is nil when nobody asked for parts.
type nodeParts map[*scenarioState][]NodePart

// nodeParts returns the parts at the beginning of the seconds that are kept.
func (a *Aggregator) nodeParts() nodeParts {
	if !a.run.ByNode {
		return nil
	}
	all := make(nodeParts)
	for _, scenario := range append(slices.Clone(a.scenarios), a.generator) {
		for _, name := range slices.Sorted(maps.Keys(scenario.nodes)) {
			p := scenario.nodes[name]
			one := NodePart{Node: name, Active: p.users.active() - p.gone, Totals: p.totals.share(), TotalUsers: p.users}
			for _, s := range a.seconds {
				one.Active -= s.ofNode(scenario, name).active()
			}
			all[scenario] = append(all[scenario], one)
		}
	}
	return all
}

// pass goes on to the end of a second.
func (n nodeParts) pass(s *second) {
	for scenario, parts := range n {
		for k := range parts {
			parts[k].Active += s.ofNode(scenario, parts[k].Node).active()
		}
	}
}

// forgetNodes drops the series of nodes in a second that they cannot change any more: a node that hangs would let those of
// all others be kept for ten minutes.
func (a *Aggregator) forgetNodes(s *second) {
	for _, p := range s.parts {
		for name, c := range p.nodes {
			if a.nodes[name].complete(a.emitted-maxKept) > s.number {
				c.series = make(seriesSum) // not nil: the clock of a node may be set back
			}
		}
	}
}

// of returns the parts of a second, which was the last one passed. There are none without a request.
func (n nodeParts) of(s *second, scenario *scenarioState) []NodePart {
	parts := slices.Clone(n[scenario])
	for k := range parts {
		c := s.ofNode(scenario, parts[k].Node)
		parts[k].Series, parts[k].Users = c.series.share(), c.users
	}
	return parts
}
