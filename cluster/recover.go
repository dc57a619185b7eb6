package cluster

import (
	"fmt"
	"slices"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/journal"
	"github.com/liveload/liveload/metrics/threshold"
	"github.com/liveload/liveload/plan"
)

// Recover makes the Results of a run that died, of its journal: those of scenarios that had ended, those of the ones that ran
// as far as they had come, and an Error for each that had not begun. Unless everything was measured, they say that the run was
// cut short.
func Recover(c *journal.Content) []metrics.Result {
	results := slices.Clone(c.Ended)
	switch {
	case c.Running != nil:
		results = append(results, cutShort(c.Running)...)
	case !c.Whole && len(results) > 0:
		last := &results[len(results)-1]
		last.CutShort = &metrics.CutShort{AfterMS: float64(last.Global.ElapsedMS)}
		last.Health.Notes = append(last.Health.Notes, "cut short: liveload died after this scenario had ended; whether teardown was called is not known")
	}
	if c.Dropped > 0 {
		for i := range results {
			results[i].Health.Notes = append(results[i].Health.Notes, fmt.Sprintf("the journal ends in %d bytes that are not whole, and were left out", c.Dropped))
		}
	}
	if c.Whole {
		return results
	}
	for _, name := range c.Scenarios {
		if !slices.ContainsFunc(results, func(r metrics.Result) bool { return r.Name == name }) {
			results = append(results, metrics.Result{Name: name, Error: "the run was cut short: liveload died before this scenario began"})
		}
	}
	return results
}

// cutShort makes the Results of scenarios that ran.
func cutShort(running *journal.Running) []metrics.Result {
	last := running.Aggregator.Finish()
	results := running.Aggregator.Results(running.Info.Start) // it has ended with the newest number
	for i := range results {
		r, active := &results[i], int64(0)
		r.CutShort = &metrics.CutShort{AfterMS: float64(r.Global.ElapsedMS)}
		r.GeneratedAt = running.Info.Start.Add(time.Duration(r.Global.ElapsedMS) * time.Millisecond).UTC()
		if len(last) > 0 {
			active = last[0].Scenario(r.Name).State.Active
		}
		r.Health.Notes = append(r.Health.Notes, cutNote(r, running.Info.Scenarios[i].Duration, active))
		r.FailureLimit = running.Limits[i]
		for k := range r.Nodes {
			if ahead, ok := running.Standing.Clocks[r.Nodes[k].Node]; ok {
				r.Nodes[k].ClockOffsetMS = &ahead
			}
		}
		if i < len(running.Standing.Scenarios) {
			stand(r, &running.Standing, &running.Standing.Scenarios[i], last)
		}
	}
	return results
}

// cutNote says up to when there are numbers, and what is missing.
func cutNote(r *metrics.Result, planned time.Duration, active int64) string {
	note := fmt.Sprintf("cut short: liveload died about %v after the start", r.CutShort.After())
	if planned > 0 {
		note += fmt.Sprintf(", of %v planned", planned)
	}
	note += "; what it did later is missing, the last second or so"
	if active > 0 {
		note += fmt.Sprintf(", and the iterations that %s had begun count neither as ok nor as failed", plan.Plural(int(active), "user"))
	}
	return note
}

// stand adds what the controller knew of a scenario. Thresholds are evaluated on the numbers that there are, which may be newer.
func stand(r *metrics.Result, batch *journal.Standing, s *journal.ScenarioStanding, last []*metrics.Interval) {
	r.Changes, r.Limit = s.Changes, s.Limit
	r.Health.Notes = append(r.Health.Notes, s.Notes...)
	r.Thresholds = append(r.Thresholds, s.Thresholds...)
	if r.Limit != nil || batch.Ended || len(last) == 0 {
		return
	}
	known := metrics.NewRegistry()
	known.ExpectServer()
	for _, m := range r.Metrics {
		_, _ = known.Register(*m) // an aggregator knows them already
	}
	for i, o := range r.Thresholds {
		r.Thresholds[i] = threshold.Again(o, last[0].Scenario(r.Name).State, known)
	}
}
