package metrics

import "time"

// state makes the State of a scenario.
func (a *Aggregator) state(s *scenarioState) *State {
	state := &State{
		Elapsed:         a.elapsed,
		ScenarioElapsed: a.elapsedOf(s),
		PlannedUsers:    s.info.Users,
		PlannedDuration: s.info.Duration,
		Users:           s.all.users,
		Active:          s.all.users.active() - s.all.gone,
		Totals:          joined(s.all.totals, a.generator.all.totals),
		Recent:          a.recent(s),
		Failures:        make(map[string]FailureClass),
	}
	for _, one := range seriesOf(state.Recent, Iterations.Name) {
		state.Rate = float64(one.Count) / max(min(a.elapsed, recentWindow).Round(time.Second).Seconds(), 1)
	}
	for _, one := range seriesOf(state.Totals, IterationFailures.Name) {
		name, class := IterationFailures.By(one.Labels), FailureClass{Count: one.Count}
		if samples := s.all.failures[name]; len(samples) > 0 {
			class.First = samples[0].ReasonInspect
		}
		state.Failures[name] = class
	}
	return state
}

// recent adds up the last ten seconds of the metrics that displays show.
func (a *Aggregator) recent(s *scenarioState) []Series {
	sum := make(seriesSum)
	for _, second := range a.seconds {
		if second.number > a.emitted || second.end < a.elapsed-recentWindow+intervalWidth/2 {
			continue
		}
		for _, scenario := range []*scenarioState{s, a.generator} {
			for one := range second.content(scenario).series.all() {
				if shownByNode(one.Metric) || one.Metric == LiveViewJoinDuration.Name {
					all := one.Series
					all.Labels = Labels{}
					sum.add(&all, second.number)
				}
			}
		}
	}
	return sum.share()
}

// elapsedOf is how long a scenario has run: from its start time, 0 before, until no more of its iterations begin
// and the last ones ended.
func (a *Aggregator) elapsedOf(s *scenarioState) time.Duration {
	end := a.elapsed
	switch {
	case s.all.users.active()-s.all.gone > 0:
	case s.planned > 0: // its last iterations ended no earlier than its newest snapshot began
		end = min(end, max(s.planned, s.newest.from))
	case s.all.users.Started > 0: // no end is planned
		end = min(end, s.newest.to)
	}
	return max(end-s.info.StartTime, 0)
}

// Stopped says that a scenario begins no more iterations, earlier than planned: at is since the start of the run.
func (a *Aggregator) Stopped(scenario string, at time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.tell(Input{Stopped: &ScenarioStop{scenario, at}})
	if s := a.scenario(scenario); s.planned > 0 {
		s.planned = max(min(s.planned, at), 1)
	}
}
