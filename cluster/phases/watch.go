package phases

import (
	"context"
	"errors"
	"strings"
	"sync"
	"time"

	"github.com/liveload/liveload/cluster/fleet"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/runner"
)

// Watch returns a node that does what n does, and reports to the Tracker.
func (t *Tracker) Watch(n node.Node) node.Node {
	return &watchedNode{Node: n, tracker: t, name: strings.Join(n.Names(), ", ")}
}

type watchedNode struct {
	node.Node
	tracker *Tracker
	name    string
}

// Leaves implements fleet.Leaver.
func (n *watchedNode) Leaves() { n.tracker.Leave(n.name) }

// Prepare implements node.Node.
func (n *watchedNode) Prepare(ctx context.Context, batch []plan.Scenario, shared node.Shared) (node.Job, error) {
	n.tracker.Await(Prepare, n.name)
	job, err := n.Node.Prepare(ctx, batch, shared)
	if _, gone := errors.AsType[*node.GoneError](err); gone {
		n.tracker.Lose(n.name)
	}
	if err != nil {
		return nil, err
	}
	n.tracker.Done(Prepare, n.name)
	j := &watchedJob{Job: job, node: n, ends: fleet.Ends(batch), parts: map[part]bool{}}
	for _, s := range batch {
		j.parts[part{s.Name, s.Part()}] = true
	}
	return j, nil
}

type watchedJob struct {
	node.Job
	node *watchedNode
	ends time.Duration // when its last iterations begin, after the start; 0 is not known
	lost bool

	mu    sync.Mutex
	parts map[part]bool // of the load that have not ended
}

// A part is what a node has of a scenario: its own, or what it has taken over.
type part struct {
	scenario string
	number   int
}

// Run implements node.Job.
func (j *watchedJob) Run(ctx context.Context, start time.Time, drain <-chan struct{}, events chan<- node.Event) error {
	n := j.node
	n.tracker.Await(Barrier, n.name)
	over, reports := make(chan struct{}), make(chan node.Event)
	var watching sync.WaitGroup
	watching.Go(func() { j.follow(start, drain, over) })
	watching.Go(func() {
		for e := range reports {
			if !fleet.GivenUp(ctx) {
				j.note(e)
			}
			events <- e
		}
	})
	err := j.Job.Run(ctx, start, drain, reports)
	close(over)
	close(reports)
	watching.Wait()
	_, aborted := errors.AsType[*runner.AbortError](err)
	if j.lost = fleet.GivenUp(ctx) || err != nil && !aborted && ctx.Err() == nil; j.lost {
		n.tracker.Lose(n.name)
	} else {
		n.tracker.Done(Drain, n.name)
	}
	return err
}

// note notes that a part of the load has ended. A node without any is not waited for.
func (j *watchedJob) note(e node.Event) {
	if e.Ended == "" {
		return
	}
	j.mu.Lock()
	delete(j.parts, part{e.Ended, e.Part})
	idle := len(j.parts) == 0
	j.mu.Unlock()
	if idle {
		j.node.tracker.Done(Drain, j.node.name)
	}
}

// TakeOver implements node.Job.
func (j *watchedJob) TakeOver(ctx context.Context, parts []plan.Takeover) error {
	j.mu.Lock()
	for _, p := range parts {
		j.parts[part{p.Scenario, p.Part}] = true
	}
	j.mu.Unlock()
	return j.Job.TakeOver(ctx, parts)
}

// follow notes when the job runs and when it finishes, until it is over. A job that is stopped alone does not end the phase of
// the others: a fleet that stops all of them drains too.
func (j *watchedJob) follow(start time.Time, drain, over <-chan struct{}) {
	select {
	case <-time.After(time.Until(start)):
		j.node.tracker.Await(Run)
	case <-over:
		return
	}
	var ends <-chan time.Time
	if j.ends > 0 {
		ends = time.After(time.Until(start.Add(j.ends)))
	}
	select {
	case <-ends:
	case <-drain:
	case <-over:
		return
	}
	j.node.tracker.Await(Drain, j.node.name)
	j.mu.Lock()
	idle := len(j.parts) == 0
	j.mu.Unlock()
	if idle {
		j.node.tracker.Done(Drain, j.node.name)
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
