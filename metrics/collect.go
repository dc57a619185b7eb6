package metrics

// collect adds a snapshot to its second and to its node's part.
func (a *Aggregator) collect(snap *Snapshot, s *second, at span) {
	for _, m := range snap.Metrics {
		a.metrics.adopt(*m)
	}
	a.collectSeries(snap, s, at)
	for _, u := range snap.Users {
		scenario := a.scenario(u.Scenario)
		c := s.of(scenario)
		c.users = c.users.plus(u)
		c.newest = at.later(c.newest)
		scenario.node(snap.Node).addUsers(u, 0, s.number)
		if a.run.ByNode {
			own := s.keepNode(scenario, snap.Node)
			own.users = own.users.plus(u)
		}
		a.markUsersChanged(s)
	}
	for _, f := range snap.Failures {
		scenario := a.scenario(f.Scenario)
		c := s.of(scenario)
		c.failures = append(c.failures, f)
		scenario.node(snap.Node).addFailure(f)
	}
	for _, o := range snap.Overflow {
		refused := a.scenario(o.Scenario).limits.refused
		refused[o.Metric] = plus(refused[o.Metric], o.Samples)
	}
	s.changed = true
}

// collectSeries adds the series of a snapshot. Those of the node itself keep only the label by which its Result tells
// them apart, unless somebody asked for all.
func (a *Aggregator) collectSeries(snap *Snapshot, s *second, at span) {
	own, many := make(map[*scenarioState]*part), len(a.nodes) > maxSeriesNodes
	for i := range snap.Series {
		one, scenario := snap.Series[i], a.scenario(snap.Series[i].Scenario)
		place := scenario.place(&one)
		one.Labels = place.labels
		c := s.of(scenario)
		c.series.add(&one, s.number)
		c.newest = at.later(c.newest)
		if own[scenario] == nil {
			own[scenario] = scenario.node(snap.Node)
		}
		if a.run.ByNode {
			s.keepNode(scenario, snap.Node).series.add(&one, s.number)
		} else {
			one.Labels = place.first
		}
		own[scenario].addSeries(&one, place, s.number, many)
	}
	for _, p := range own {
		p.addShown(s.number)
	}
}
