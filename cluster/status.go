package cluster

import (
	"context"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/plan"
)

// A ScenarioStatus says where a running scenario stands. It is plain data.
type ScenarioStatus struct {
	Name       string    `json:"name"`
	Kind       plan.Kind `json:"shape"`
	Load       string    `json:"load"` // what is planned, in words
	State      State     `json:"state"`
	Users      int64     `json:"users"`                  // now
	Wanted     *int      `json:"users_wanted,omitempty"` // how many there should be, with a closed executor
	Rate       string    `json:"rate,omitempty"`         // at which iterations should begin, with an open executor
	Iterations int64     `json:"iterations"`
	PerSecond  float64   `json:"iterations_per_second"` // over the last ten seconds
	Failures   int64     `json:"iteration_failures"`
	Failed     int64     `json:"users_failed"`
	LeftMS     *int64    `json:"left_ms,omitempty"` // until no more iterations begin; nil when that is not known
	// Search is nil without a search for the limit.
	Search *SearchStatus `json:"search,omitempty"`
}

// A SearchStatus is the progress of a search for the largest load that holds, in words.
type SearchStatus struct {
	Now    string `json:"now,omitempty"`    // "12 users being judged"; "" when it is over
	Held   string `json:"held,omitempty"`   // the largest load that held: "8 users"
	Broke  string `json:"broke,omitempty"`  // the smallest load that did not
	Reason string `json:"reason,omitempty"` // why not
}

// A State is what a scenario does.
type State string

const (
	Waiting   State = "waiting" // for its start time
	Running   State = "running"
	Paused    State = "paused"
	Finishing State = "finishing" // the iterations that run
	Ended     State = "ended"
)

// Status returns where the running scenarios stand; none between two batches. Safe for concurrent use.
func (c *Controller) Status() []ScenarioStatus {
	all := []ScenarioStatus{}
	batch := c.batch.Load()
	if batch == nil {
		return all
	}
	latest := c.Latest()
	for i := range batch.plans {
		state := &metrics.State{} // before the first interval
		if latest != nil {
			state = latest.Scenario(batch.plans[i].Name).State
		}
		all = append(all, batch.status(&batch.plans[i], state))
	}
	return all
}

func (b *runningBatch) status(p *plan.Scenario, now *metrics.State) ScenarioStatus {
	s := ScenarioStatus{
		Name: p.Name, Kind: p.Kind(), Load: p.LoadText(), Users: now.Active,
		Iterations: now.Count(metrics.Iterations), PerSecond: now.Rate, Failed: now.Users.Failed,
		Failures: now.Count(metrics.IterationFailures),
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	elapsed, commanded := b.elapsed(), b.commanded[p.Name]
	switch {
	case p.FindLimit != nil: // the search decides
	case p.Kind().Open():
		s.Rate = commanded.rateOf(p, elapsed)
	default:
		s.Wanted = new(commanded.usersOf(p, elapsed))
	}
	if planned := p.Planned(); planned > 0 {
		s.LeftMS = new(max(0, planned-elapsed).Milliseconds())
	}
	s.State = b.state(p, commanded, elapsed)
	over := s.State == Finishing || s.State == Ended
	if over {
		s.LeftMS = new(int64) // also when it was stopped early
	}
	s.Search = searchStatus(now, over)
	return s
}

func searchStatus(now *metrics.State, over bool) *SearchStatus {
	found := now.Limit
	if found == nil {
		return nil
	}
	s := &SearchStatus{}
	if !over {
		s.Now = now.Search
	}
	if held := found.HeldStep(); held != nil {
		s.Held = held.Text
	}
	if broke := found.BrokenStep(); broke != nil {
		s.Broke, s.Reason = broke.Text, reasons(broke)
	}
	return s
}

func (b *runningBatch) state(p *plan.Scenario, commanded *commanded, elapsed time.Duration) State {
	planned := p.Planned()
	switch {
	case commanded.ended.Load():
		return Ended
	case commanded.stopped, ended(context.Background(), b.drained), planned > 0 && elapsed >= planned:
		return Finishing
	case commanded.paused:
		return Paused
	case elapsed < time.Duration(p.StartTime):
		return Waiting
	}
	return Running
}
