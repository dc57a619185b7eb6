package phases

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/liveload/liveload/cluster/fleet"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/runner"
)

// prepareTimeout is how long a node may take to get what it needs, and to start its browsers.
const prepareTimeout = 5 * time.Minute

// Watch returns a node that does what n does, and reports to the Tracker.
func (t *Tracker) Watch(n node.Node) node.Node {
	return &watchedNode{Node: n, tracker: t, name: strings.Join(n.Names(), ", ")}
}

type watchedNode struct {
	node.Node
	tracker *Tracker
	name    string
}

// Prepare implements node.Node. It takes prepareTimeout at most.
func (n *watchedNode) Prepare(ctx context.Context, batch []plan.Scenario, shared node.Shared) (node.Job, error) {
	n.tracker.Await(Prepare, n.name)
	ctx, cancel := context.WithTimeoutCause(ctx, prepareTimeout, fmt.Errorf("it took longer than %v", prepareTimeout))
	defer cancel()
	job, err := n.Node.Prepare(ctx, batch, shared)
	if err != nil {
		return nil, err
	}
	n.tracker.Done(Prepare, n.name)
	return &watchedJob{Job: job, node: n}, nil
}

type watchedJob struct {
	node.Job
	node *watchedNode
	lost bool
}

// Run implements node.Job.
func (j *watchedJob) Run(ctx context.Context, start time.Time, drain <-chan struct{}, events chan<- node.Event) error {
	n := j.node
	n.tracker.Await(Barrier, n.name)
	over, followed := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(followed)
		n.follow(start, drain, over)
	}()
	err := j.Job.Run(ctx, start, drain, events)
	close(over)
	<-followed
	_, aborted := errors.AsType[*runner.AbortError](err)
	if j.lost = fleet.GivenUp(ctx) || err != nil && !aborted && ctx.Err() == nil; j.lost {
		n.tracker.Lose(n.name)
	} else {
		n.tracker.Done(Drain, n.name)
	}
	return err
}

// follow notes when the job runs and when it finishes, until it is over. A job that is stopped alone does not end the phase of
// the others: a fleet that stops all of them drains too.
func (n *watchedNode) follow(start time.Time, drain, over <-chan struct{}) {
	select {
	case <-time.After(time.Until(start)):
		n.tracker.Await(Run)
	case <-over:
		return
	}
	select {
	case <-drain:
		n.tracker.Await(Drain, n.name)
	case <-over:
	}
}

// Close implements node.Job.
func (j *watchedJob) Close(ctx context.Context) error {
	if j.lost {
		return j.Job.Close(ctx)
	}
	j.node.tracker.Await(Results, j.node.name)
	err := j.Job.Close(ctx)
	j.node.tracker.Done(Results, j.node.name)
	return err
}
