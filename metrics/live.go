package metrics

import (
	"maps"
	"slices"
	"time"
)

// Live returns the state of the run as of the newest snapshot. It is cheap enough to be called a few
// times a second.
func (a *Aggregator) Live() LiveStatus {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := int(a.newest / time.Second)
	status := LiveStatus{Elapsed: a.newest, Generator: a.liveGenerator(now), Health: a.health()}
	for _, name := range slices.Sorted(maps.Keys(a.nodes)) {
		if a.nodes[name].lost {
			status.Lost = append(status.Lost, name)
		} else {
			status.Nodes++
		}
	}
	for _, s := range a.scenarios {
		status.Scenarios = append(status.Scenarios, s.live(now))
	}
	return status
}

func (a *Aggregator) liveGenerator(now int) LiveGenerator {
	recent := &a.own.recent
	return LiveGenerator{
		CPUPercent: maxOf(recent.merged(GeneratorCPUPercent.Name, now)),
		RSSBytes:   maxOf(recent.merged(GeneratorRSSBytes.Name, now)),
		Lag:        time.Duration(maxOf(recent.merged(GeneratorLag.Name, now))) * time.Microsecond,
	}
}

func (s *scenarioState) live(now int) LiveScenario {
	t := newTally()
	t.addTotals(s.all)
	live := LiveScenario{
		Name:            s.info.Name,
		PlannedUsers:    s.info.Users,
		PlannedDuration: s.info.Duration,
		Started:         s.all.users.Started,
		Active:          s.all.users.active(),
		Succeeded:       s.all.users.Succeeded,
		Failed:          s.all.users.Failed,
		Iterations:      t.countOf(Iterations),
		Rate:            float64(s.recent.sum(Iterations.Name, now)) / float64(min(max(now, 1), recentSeconds)),
		Failures:        maps.Clone(t.counters[IterationFailures.Name]),
		Histograms:      make(map[string]LiveHistogram),
		Counters:        make(map[string]int64),
		Gauges:          make(map[string]GaugeValue),
		FirstFailures:   make(map[string]string),
		Thresholds:      slices.Clone(s.thresholds),
		Limit:           s.limit,
	}
	if s.limit != nil && s.limit.Users > 0 {
		live.PlannedUsers = s.limit.Users
	}
	for name, by := range t.histograms {
		live.Histograms[name] = LiveHistogram{
			Total:  liveQuantiles(mergedDist(by)),
			Recent: liveQuantiles(s.recent.merged(name, now)),
		}
	}
	for name, by := range t.counters {
		live.Counters[name] = sumOf(by)
	}
	for name, by := range t.gauges {
		live.Gauges[name] = gaugeBy(by).Aggregate
	}
	for class, samples := range s.all.failures {
		live.FirstFailures[class] = samples[0].ReasonInspect
	}
	return live
}

func liveQuantiles(d *dist) LiveQuantiles {
	q := quantiles(d, 0.5, 0.95, 0.99)
	return LiveQuantiles{Count: int64(d.GetCount()), P50: q[0], P95: q[1], P99: q[2], Max: maxOf(d)}
}
