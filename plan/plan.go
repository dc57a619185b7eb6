// Package plan says what a run does, as plain data: the options of every source and what they decide
// together, the scenarios with their load, and what people may change while a scenario runs. It runs
// nothing: there is no goroutine, no clock and no browser here.
package plan

import (
	"cmp"
	"encoding/json"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/threshold"
	"github.com/liveload/liveload/plan/files"
	"github.com/liveload/liveload/plan/shape"
	"github.com/liveload/liveload/statuses"
)

// A Plan is what one node runs: plain data that travels as JSON. Its scenarios run one after the other; neighbours of
// the same Batch run side by side.
type Plan struct {
	RunID     string     `json:"run_id"` // UUID
	Scenarios []Scenario `json:"scenarios"`
}

// Batches returns the scenarios that run side by side, batch by batch. Those whose Batch is 0 run alone.
func (p *Plan) Batches() [][]Scenario {
	var batches [][]Scenario
	for i, s := range p.Scenarios {
		if last := len(batches) - 1; i > 0 && s.Batch != 0 && s.Batch == p.Scenarios[i-1].Batch {
			batches[last] = append(batches[last], s)
			continue
		}
		batches = append(batches, []Scenario{s})
	}
	return batches
}

// Lasts returns how long the plan begins iterations at most.
func (p *Plan) Lasts() (total time.Duration) {
	for _, batch := range p.Batches() {
		longest := time.Duration(0)
		for _, s := range batch {
			longest = max(longest, time.Duration(s.StartTime+s.RampUp+s.Duration))
		}
		total += longest
	}
	return total
}

// Longest returns how long the plan takes at most, from setup or the first start to the end of the last iteration, or teardown.
func (p *Plan) Longest() (total time.Duration) {
	for _, batch := range p.Batches() {
		longest := time.Duration(0)
		for i := range batch {
			longest = max(longest, batch[i].longest())
		}
		total += longest
	}
	return total + p.phases()
}

// A Scenario is one scenario with every option decided.
type Scenario struct {
	Name             string    `json:"name"`
	Script           string    `json:"script"`         // the script's path, as it was typed
	Program          Program   `json:"program"`        // the bundled script, for nodes without the file
	Exec             string    `json:"exec,omitempty"` // the exported function that is one iteration; "" is the default export
	Batch            int       `json:"batch,omitempty"`
	Users            int       `json:"users"`                 // at once; in the open model the most, with stages the peak
	FirstUser        int       `json:"first_user"`            // id of the first user, counted from 1 across the scenarios of a script
	FirstExtra       int       `json:"first_extra,omitempty"` // id of the first user beyond Users, which only a command makes; 0 follows FirstUser and Users
	Duration         Duration  `json:"duration"`
	IterationTimeout Duration  `json:"iteration_timeout"`
	Timeout          Duration  `json:"timeout"` // of an operation that says nothing else
	RampUp           Duration  `json:"ramp_up"`
	OnFailure        OnFailure `json:"on_failure"`
	Session          Session   `json:"session"`

	Stages            []Stage     `json:"stages,omitempty"`
	Rate              *shape.Rate `json:"rate,omitempty"`              // of iterations; with stages the first one
	PreStartedUsers   int         `json:"pre_started_users,omitempty"` // of a rate
	Iterations        int         `json:"iterations,omitempty"`        // of all users together
	IterationsPerUser int         `json:"iterations_per_user,omitempty"`
	Controlled        bool        `json:"controlled,omitempty"` // its users come and go by command
	Grace             Duration    `json:"grace,omitempty"`      // for the last iteration of a user that a ramp retires
	StartTime         Duration    `json:"start_time,omitempty"` // since the start of the batch
	Seed              uint64      `json:"seed,omitempty"`       // of what is random

	// Segment is the part of the scenario that belongs to one of several nodes; nil is all of it.
	Segment *shape.Segment `json:"segment,omitempty"`
	// Rounds says among how many of its users' slots the arrivals of an open kind are dealt to nodes, one number after the other:
	// nodes come and go with the load. Nil is all of them, all the time.
	Rounds []shape.Round `json:"rounds,omitempty"`
	// Joins is when the node joins the run, since the start of the batch: what was due before is left out, and what is over by
	// then does not begin again.
	Joins Duration `json:"-"`
	// Takeover is set while a node runs the part of one that was lost.
	Takeover *Takeover `json:"-"`

	FindLimit *Limit `json:"find_limit,omitempty"` // looks for the largest load instead of making one

	// Setup and Teardown say that the script exports functions of these names, which are called once in the run.
	Setup    bool `json:"setup,omitempty"`
	Teardown bool `json:"teardown,omitempty"`
	// Phase says that instead of users such a function runs.
	Phase Phase `json:"phase,omitempty"`
	// Data is what setup has returned, as JSON; nil for nothing.
	Data json.RawMessage `json:"data,omitempty"`

	// ScriptMemory is how many bytes of memory all scripts of a machine may take together; 0 is a share of what it has.
	ScriptMemory int64 `json:"script_memory,omitempty"`

	// Trial says that its iterations only show what users cost: no evidence of them is kept.
	Trial bool `json:"trial,omitempty"`

	Tags map[string]string `json:"tags,omitempty"` // labels of the Result

	// Problem is why the scenario cannot run at all, such as a broken script; the Result then has only that.
	Problem error `json:"-"`

	Config  map[string]string `json:"config,omitempty"`  // --config pairs, the argument of the script's config function
	Secrets []string          `json:"secrets,omitempty"` // keys of Config whose values are secrets
	Context map[string]any    `json:"context,omitempty"` // Playwright's browser context options
	Block   []string          `json:"block,omitempty"`   // URL patterns whose requests are aborted
	// AllowFileURLs lets pages be files of the machine that runs the browser.
	AllowFileURLs bool               `json:"allow_file_urls,omitempty"`
	Files         []files.File       `json:"files,omitempty"`      // that the script reads, besides what it imports
	URLGroups     []metrics.URLGroup `json:"url_groups,omitempty"` // labels of pages and URLs, first match wins

	AcceptStatus statuses.Set `json:"accept_status,omitempty"` // of main documents, with which a navigation does not fail

	Thresholds []threshold.Spec `json:"thresholds,omitempty"` // of this scenario, and of others that they name
}

// A Program is a bundled script: what package js makes and compiles.
type Program struct {
	Name string `json:"name"` // the script as its author calls it
	Code string `json:"code"` // one CommonJS program
	Map  string `json:"map"`  // its source map, version 3, with the authors' sources
}

// OnFailure says what a user does after an iteration that failed or timed out.
type OnFailure string

const (
	// Stop ends the user as failed.
	Stop OnFailure = "stop"
	// Continue runs the next iteration with the same session, or a fresh one when it is gone.
	Continue OnFailure = "continue"
	// Restart runs the next iteration with a fresh session.
	Restart OnFailure = "restart"
)

// Session says how long a session lasts, with its cookies, storage and caches.
type Session string

const (
	// SessionIteration gives each iteration a fresh session: it is made by a new person. The default of the open kinds.
	SessionIteration Session = "iteration"
	// SessionUser has a user keep its session. The default of the closed kinds.
	SessionUser Session = "user"
)

// Defaults of options that are not set.
const (
	DefaultUsers            = 1
	DefaultDuration         = 10 * time.Minute
	DefaultIterationTimeout = 2 * time.Minute
	DefaultTimeout          = 30 * time.Second // of an operation
	DefaultGrace            = 30 * time.Second
)

// SessionCloseTimeout is how long a session may take to hand over its last telemetry and close.
const SessionCloseTimeout = 15 * time.Second

// UserID is the id of this node's user that has a number, counted from 0. No user of another node or of a
// scenario that runs alongside has it, also when a command has added users.
func (p *Scenario) UserID(number int) int {
	if of, ok := p.Segment.Nth(int64(number)); ok {
		number = int(of)
	}
	if p.FirstExtra > 0 && number >= p.Users {
		return p.FirstExtra + number - p.Users
	}
	return p.FirstUser + number
}

// OwnUsers returns this node's part of a number of users, planned or commanded.
func (p *Scenario) OwnUsers(all int) int { return int(p.Segment.Count(int64(all))) }

// OwnIterations returns this node's part of the shared iterations, which are dealt among its users' slots.
func (p *Scenario) OwnIterations() int64 {
	if p.Takeover != nil {
		return p.Takeover.Iterations
	}
	return p.dealt(p.Users).Count(int64(p.Iterations))
}

// OwnArrivals returns this node's part of the planned arrivals, which are dealt among its users' slots.
func (p *Scenario) OwnArrivals() shape.Arrivals {
	if p.Rounds != nil {
		return p.Segment.Dealt(p.Rounds...).Arrivals(p.Arrivals())
	}
	return p.dealt(p.Users).Arrivals(p.Arrivals())
}

// OwnCommanded returns this node's part of arrivals that were commanded. They are dealt among slots, if that is not 0.
func (p *Scenario) OwnCommanded(all shape.Arrivals, slots int) shape.Arrivals {
	return p.dealt(cmp.Or(slots, p.Users)).Arrivals(all)
}

func (p *Scenario) dealt(slots int) *shape.Segment {
	return p.Segment.Dealt(shape.Round{Slots: int64(max(1, slots))})
}

// A Command changes a scenario while it runs: plain data, which may come from another process. What
// is nil stays as it is.
type Command struct {
	// Users replaces what is left of the plan by a number of users, until the scenario's end.
	Users *int `json:"users,omitempty"`
	// Rate does the same in the open model.
	Rate *shape.Rate `json:"rate,omitempty"`
	// Slots is among how many of the users' slots a commanded rate is dealt to nodes; 0 is all of them. People do not set it.
	Slots int `json:"slots,omitempty"`
	// Paused holds new iterations back, or lets them begin again. The plan's time goes on meanwhile: what
	// would have been due in a pause of the open model is left out.
	Paused *bool `json:"paused,omitempty"`
	// Stop ends the scenario politely: running iterations finish.
	Stop bool `json:"stop,omitempty"`
}
