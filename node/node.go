// Package node owns one machine of a run: it loads the script, keeps the browsers, runs the scenarios of
// a batch side by side, measures how the machine itself is doing, and sends what was measured. How users
// iterate is package runner's business; which nodes a run has, and what becomes of the numbers, is
// package cluster's.
package node

import (
	"context"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/plan"
)

// A Node carries users. The controller of package cluster uses it from one goroutine.
type Node interface {
	// Name is unique in the cluster.
	Name() string
	// Prepare gets ready for the scenarios of a batch, which run side by side: loads the script, makes
	// room for browsers. Its error means that this node cannot run them. The caller closes the Job.
	Prepare(ctx context.Context, batch []plan.Scenario) (Job, error)
}

// A Job is a batch of scenarios that is ready to start on a node.
type Job interface {
	// Run runs the users from start on, the same instant on every node, from which all times count; it may
	// be called earlier. It returns when all of them have ended and everything that they measured is in
	// snapshots. It sends a snapshot to out every second and a last one at the end; it does not
	// close out. Closing drain ends the run politely, cancelling ctx at once; both still give the last
	// snapshot. An error is the node's, not a user's.
	Run(ctx context.Context, start time.Time, drain <-chan struct{}, out chan<- *metrics.Snapshot) error
	// Steer changes a scenario of the batch. It may be called by anyone at any time until Close; the error
	// says what the scenario cannot do.
	Steer(ctx context.Context, scenario string, cmd plan.Command) error
	// Ended says whether a scenario of the batch has ended. It may be called by anyone at any time.
	Ended(scenario string) bool
	// Close takes the browsers away if Run did not; it takes its own time after ctx is over.
	Close(ctx context.Context) error
}
