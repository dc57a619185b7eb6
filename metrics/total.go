package metrics

import "time"

// A Total is what was measured of one metric from the start of the run until now.
type Total struct {
	Count  int64       // of a counter; of a histogram its samples
	Values *Sketch     // of a histogram that has samples
	Gauge  *GaugeValue // of a gauge that was set
}

// Elapsed returns how long the whole run takes, up to the newest snapshot.
func (a *Aggregator) Elapsed() time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.newest
}

// ElapsedOf returns how long a scenario takes, up to the newest snapshot: from its start time until no more of its
// iterations begin and the last ones have ended. It is 0 before.
func (a *Aggregator) ElapsedOf(scenario string) time.Duration {
	a.mu.Lock()
	defer a.mu.Unlock()
	s, end := a.scenario(scenario), a.newest
	switch users := s.all.users; {
	case users.active() > 0:
	case s.planned > 0: // what ended later did so within the newest snapshot of it: at its begin at least
		end = min(end, max(s.planned, s.newest.from))
	case users.Started > 0: // no end is planned
		end = min(end, s.newest.to)
	}
	return max(end-s.info.StartTime, 0)
}

// Stopped says that no more iterations of a scenario begin, earlier than planned: at is since the start of the run.
func (a *Aggregator) Stopped(scenario string, at time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if s := a.scenario(scenario); s.planned > 0 {
		s.planned = max(min(s.planned, at), 1)
	}
}

// Total adds up a metric of a scenario over all nodes, and over the labels that admit accepts. What the
// nodes measured about themselves counts in every scenario.
func (a *Aggregator) Total(scenario, metric string, admit func(label string) bool) Total {
	a.mu.Lock()
	defer a.mu.Unlock()
	var all Total
	var values *dist
	for _, p := range []*part{a.scenario(scenario).all, a.own.all} {
		for key, one := range p.totals {
			if key.metric != metric || !admit(key.label) {
				continue
			}
			all.Count += one.count
			if one.gauge != nil {
				all.Gauge = all.Gauge.with(*one.gauge)
			}
			if one.values != nil {
				if values == nil {
					values = newDist()
				}
				mergeDist(values, one.values)
			}
		}
	}
	if values != nil && values.GetCount() > 0 {
		all.Values, all.Count = &Sketch{d: values}, int64(values.GetCount())
	}
	return all
}

// with joins two gauges as the Result does: the largest last value stands for all.
func (g *GaugeValue) with(o GaugeValue) *GaugeValue {
	if g == nil {
		return &o
	}
	return &GaugeValue{Last: max(g.Last, o.Last), Min: min(g.Min, o.Min), Max: max(g.Max, o.Max)}
}

// SetThresholds keeps how the thresholds of a scenario stand, for Live and Results.
func (a *Aggregator) SetThresholds(scenario string, outcomes []ThresholdOutcome) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.scenario(scenario).thresholds = outcomes
}
