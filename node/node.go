// Package node owns one machine of a run: it loads the script, keeps the browsers, runs the scenarios of
// a batch side by side, measures how the machine itself is doing, and sends what was measured. How users
// iterate is package runner's business; which nodes a run has, and what becomes of the numbers, is
// package cluster's.
package node

import (
	"context"
	"encoding/json"
	"time"

	"github.com/liveload/liveload/jsmodules/liveload"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/throttle"
)

// A Node carries users. The controller of package cluster uses it from one goroutine.
type Node interface {
	// Names are the nodes that carry the users: itself, unless it stands for several. They are unique in
	// the cluster.
	Names() []string
	// Prepare gets ready for the scenarios of a batch, which run side by side: loads the script, starts
	// browsers. Its error means that this node cannot run them; with a *GoneError others may. ctx bounds the
	// preparation alone. The caller closes the Job, after which the node uses shared no more.
	//
	// A batch of one scenario with a Phase is a function that is called once: Run does that, and reports what it has
	// returned; its error is that of the script.
	Prepare(ctx context.Context, batch []plan.Scenario, shared Shared) (Job, error)
}

// A GoneError says that a node is not there any more, or cannot be reached.
type GoneError struct{ Cause error }

func (e *GoneError) Error() string { return e.Cause.Error() }
func (e *GoneError) Unwrap() error { return e.Cause }

// A Job is a batch of scenarios that is ready to start on a node.
type Job interface {
	// Run runs the users from start on, the same instant on every node, from which all times count; it may
	// be called earlier. It returns when all of them have ended and everything that they measured was sent
	// to events, of which the caller takes all until then; it does not close events. There is a snapshot
	// every second and a last one at the end. Closing drain ends the run politely, cancelling ctx at once;
	// both still give the last snapshot. A job that has a segment of its scenarios does not return before
	// either, since it may still have to take over what others had. An error is the node's, not a user's,
	// unless it is a *runner.AbortError.
	Run(ctx context.Context, start time.Time, drain <-chan struct{}, events chan<- Event) error
	// Steer changes a scenario of the batch. It may be called by anyone at any time until Close; the error
	// says what the scenario cannot do.
	Steer(ctx context.Context, scenario string, cmd plan.Command) error
	// TakeOver goes on with parts of the scenarios whose node was lost, beside the job's own part: they obey
	// the same commands, and their ends are reported too. It may be called while Run runs; it waits for Run to
	// begin. An error has changed nothing.
	TakeOver(ctx context.Context, parts []plan.Takeover) error
	// Close takes the browsers away if Run did not; it takes its own time after ctx is over.
	Close(ctx context.Context) error
}

// An Event is what a job reports while it runs: one of the fields other than Node and Part. It travels as JSON.
type Event struct {
	Node     string            `json:"node,omitempty"` // "" when it is of several
	Snapshot *metrics.Snapshot `json:"snapshot,omitempty"`
	// Ended is the name of a scenario that has ended; Part is which takeover of it, 0 for the job's own part.
	Ended string `json:"ended,omitempty"`
	Part  int    `json:"part,omitempty"`
	// Lost is why the node is gone, with its users. The run goes on without it.
	Lost string `json:"lost,omitempty"`
	// Moved says what became of the load that the node had when it was lost, for one scenario.
	Moved *Moved `json:"moved,omitempty"`
	// Returned is the JSON of what the function of a phase has returned; null for nothing.
	Returned json.RawMessage `json:"returned,omitempty"`
	// Late is how long users had to wait for the node, which joined a run that went on.
	Late time.Duration `json:"late,omitempty"`
	// Machines says at the end how many machines came and went with the load.
	Machines *Machines `json:"machines,omitempty"`
}

// Machines are those that came and went with the load of a batch.
type Machines struct {
	Most   int           `json:"most"`   // at once
	Used   time.Duration `json:"used"`   // from the launch of each until it was not needed any more, together
	Needed time.Duration `json:"needed"` // what that would have been without any time to boot and to leave
}

// Moved says where users of a lost node begin again.
type Moved struct {
	Scenario string  `json:"scenario"`
	Users    int     `json:"users"` // that the node had; at a rate, that it had at most
	To       []Share `json:"to,omitempty"`
	Unbegun  bool    `json:"unbegun,omitempty"` // the node was lost before it began
}

// A Share is how many of some users a node has.
type Share struct {
	Node  string `json:"node"`
	Users int    `json:"users"`
}

// Shared is what users share with those of all other nodes while a run lasts. One process keeps it for all.
// Safe for concurrent use.
type Shared interface {
	liveload.Sequences
	// Throttles returns the throttles of a script. Each node defines the same ones: an error says when it
	// does not. key is the same on all nodes.
	Throttles(ctx context.Context, key string, definitions []throttle.Definition) (throttle.Set, error)
}
