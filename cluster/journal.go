package cluster

import (
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/journal"
	"github.com/liveload/liveload/redact"
)

// journalBegin has the journal follow a batch.
func (c *Controller) journalBegin(info metrics.RunInfo, running *runningBatch, checker *checker) {
	if c.Journal == nil {
		return
	}
	batch := journal.Batch{Info: info}
	for _, s := range info.Scenarios {
		batch.Limits = append(batch.Limits, c.failureLimit(running.plans, s.Name))
	}
	c.Journal.Begin(redact.Deep(c.Secrets, batch), running.aggregator)
	c.journalStand(running, checker)
}

// journalStand notes what the Results would say now, besides numbers.
func (c *Controller) journalStand(running *runningBatch, checker *checker) {
	if c.Journal == nil {
		return
	}
	standing := journal.Standing{Ended: checker.broken != nil}
	for i := range running.plans {
		r := metrics.Result{Name: running.plans[i].Name}
		running.complete(&r, c.Latest())
		if c.Latest() == nil && checker.search == nil {
			r.Thresholds = checker.trackers[i].Outcomes()
		}
		notes := append(r.Health.Notes, c.Notes...)
		if checker.broken != nil {
			notes = append(notes, "ended early: "+checker.reason())
		}
		standing.Scenarios = append(standing.Scenarios, journal.ScenarioStanding{Thresholds: r.Thresholds, Changes: r.Changes, Limit: r.Limit, Notes: notes})
	}
	if c.Clocks != nil {
		standing.Clocks = make(map[string]float64)
		for node, ahead := range c.Clocks() {
			standing.Clocks[node] = metrics.Milliseconds(ahead)
		}
	}
	c.Journal.Stand(redact.Deep(c.Secrets, standing))
}

// journalEnd notes the Results of scenarios that have ended, or could not run.
func (c *Controller) journalEnd(results []metrics.Result) {
	if c.Journal != nil {
		c.Journal.End(redact.Deep(c.Secrets, results))
	}
}

// journalWhole notes that everything was measured.
func (c *Controller) journalWhole() {
	if c.Journal != nil {
		c.Journal.Whole()
	}
}
