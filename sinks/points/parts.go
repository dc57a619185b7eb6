package points

import "github.com/liveload/liveload/metrics"

// A Part of an interval is what was measured of one scenario, or by nodes about themselves: by all nodes together, or
// by one of them.
type Part struct {
	Scenario string           // metrics.NodeScope for what nodes measure about themselves
	Node     string           // "" for all nodes together
	Seconds  []metrics.Series // of the second
	Totals   []metrics.Series // of the run so far; none in a late revision
	Users    *Users           // nil for what nodes measure about themselves
}

// Users are the users of a part.
type Users struct {
	Active int64               // at the end of the second
	Second metrics.UserCounts  // that started and ended in it
	Total  *metrics.UserCounts // that started and ended in the run so far; nil in a late revision
}

// Name is what a metric of the part is called. That of one node has another name, so that a sum over all series of a
// metric counts nothing twice.
func (p *Part) Name(metric string) string {
	if p.Node == "" {
		return metric
	}
	return metric + metrics.ByNodeSuffix
}

// Parts returns the parts of an interval, and notes the metrics that scripts have defined.
func (r *Rows) Parts(i *metrics.Interval) (all []Part) {
	for _, m := range i.Metrics {
		_, _ = r.known.Register(*m) // the first definition of a name counts
	}
	if !i.Start.Equal(r.side) { // a scenario that runs alone has the crashes of its browsers itself
		r.side = i.Start
		clear(r.generator)
	}
	for k := range i.Generator {
		r.generator[series{i.Generator[k].Metric, i.Generator[k].Labels}] = true
	}
	state := i.Revision == 1 || i.Final
	for k := range i.Scenarios {
		s := &i.Scenarios[k]
		if k == 0 { // the totals of every scenario have what nodes measured
			all = append(all, Part{Seconds: i.Generator, Totals: r.totals(s.State, true, state)})
			all = append(all, byNode(i.ByNode, metrics.NodeScope, state)...)
		}
		users := &Users{Active: s.Active, Second: s.Users}
		if state {
			users.Total = &s.State.Users
		}
		all = append(all, Part{Scenario: s.Scenario, Seconds: s.Series, Totals: r.totals(s.State, false, state), Users: users})
		all = append(all, byNode(s.ByNode, s.Scenario, state)...)
	}
	return all
}

// Metric returns the definition of a metric of an interval that was turned into parts.
func (r *Rows) Metric(name string) (*metrics.Metric, bool) { return r.known.Lookup(name) }

// totals are those of what nodes measured about themselves, or of the rest.
func (r *Rows) totals(s *metrics.State, generator, state bool) (some []metrics.Series) {
	if !state {
		return nil
	}
	for k := range s.Totals {
		if r.generator[series{s.Totals[k].Metric, s.Totals[k].Labels}] == generator {
			some = append(some, s.Totals[k])
		}
	}
	return some
}

// byNode returns the parts of nodes, without what tells them apart by itself already.
func byNode(nodes []metrics.NodePart, scenario string, state bool) (all []Part) {
	for k := range nodes {
		n := &nodes[k]
		p := Part{Scenario: scenario, Node: n.Node, Seconds: n.Series}
		if state {
			p.Totals = n.Totals
		}
		if scenario == metrics.NodeScope {
			p.Seconds, p.Totals = withoutNode(p.Seconds), withoutNode(p.Totals)
		} else {
			p.Users = &Users{Active: n.Active, Second: n.Users}
			if state {
				p.Users.Total = &n.TotalUsers
			}
		}
		all = append(all, p)
	}
	return all
}

// withoutNode leaves out the series that have the label of a node.
func withoutNode(all []metrics.Series) (rest []metrics.Series) {
	for k := range all {
		if all[k].Labels.Get(nodeLabel) == "" {
			rest = append(rest, all[k])
		}
	}
	return rest
}

// nodeLabel tells nodes apart in what they measure about themselves.
const nodeLabel = "node"
