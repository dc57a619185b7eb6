package worker_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/liveload/liveload/cluster/clustertest"
	"github.com/liveload/liveload/cluster/remote"
	"github.com/liveload/liveload/cluster/worker"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/node"
)

// TestControllerThatIsGone: the users finish what they do, and what was measured is kept, also what could not be sent.
func TestControllerThatIsGone(t *testing.T) {
	c := clustertest.New(t, nil, nil)
	machine, running := &fakeMachine{}, make(chan struct{})
	machine.run = func(_ context.Context, drain <-chan struct{}, report func(node.Event)) error {
		measured := []node.Event{snapshot(1, machine.seen().start, 3), snapshot(2, machine.seen().start, 4)}
		for _, e := range measured {
			e.Snapshot.Node = "there"
		}
		report(measured[0])
		close(running)
		<-drain
		report(measured[1])
		report(node.Event{Ended: "shop"})
		return nil
	}
	gone, kept := make(chan struct{}), make(chan []metrics.Result, 1)
	c.Join("there", machine.make, func(o *worker.Options) {
		o.Gone = gone
		o.Keep = func(results []metrics.Result) (string, error) { kept <- results; return "part.json", nil }
	})
	job := prepare(t, c.Gather(1)[0])
	ctx, cancel := context.WithCancel(t.Context())
	over, events := make(chan error, 1), make(chan node.Event, 10)
	go func() { over <- job.Run(ctx, time.Now(), nil, events) }()
	<-running
	if e := <-events; e.Snapshot == nil {
		t.Errorf("%+v arrived", e)
	}
	close(gone)
	if err := c.Wait("there"); err == nil || err.Error() != "the controller is gone: what this node has measured is in part.json" || !machine.seen().gone {
		t.Errorf("the worker ended with %v; its machine was closed: %v", err, machine.seen().gone)
	}
	results := <-kept
	if n := results[0].Global.Counters[metrics.Iterations.Name].Aggregate; len(results) != 1 || results[0].Name != "shop" || n != 7 || results[0].Nodes[0].Node != "there" {
		t.Errorf("%d results are kept, %d iterations of %s", len(results), n, results[0].Name)
	}
	c.Hub.Gone("there", errors.New("it has ended"))
	cancel()
	if err := <-over; err == nil || len(events) > 0 {
		t.Errorf("the job ended with %v and %d more events: a node that is given up says nothing more", err, len(events))
	}
}

// TestControllerThatIsSilent: a worker that nobody tells of it notices by itself that its controller is gone.
func TestControllerThatIsSilent(t *testing.T) {
	c := clustertest.New(t, nil, func(o *remote.Options) { o.Silence = 5 * time.Second })
	machine, running := &fakeMachine{}, make(chan struct{})
	machine.run = func(_ context.Context, drain <-chan struct{}, report func(node.Event)) error {
		close(running)
		<-drain
		report(snapshot(1, machine.seen().start, 3))
		return nil
	}
	c.Join("there", machine.make, func(o *worker.Options) {
		o.Keep = func([]metrics.Result) (string, error) { return "part.json", nil }
	})
	job := prepare(t, c.Gather(1)[0])
	over := make(chan error, 1)
	go func() { over <- job.Run(t.Context(), time.Now(), nil, make(chan node.Event)) }()
	<-running
	c.Broker.Close()
	if err := c.Wait("there"); err == nil || err.Error() != "the controller is gone: what this node has measured is in part.json" || !machine.seen().gone {
		t.Errorf("the worker ended with %v; its machine was closed: %v", err, machine.seen().gone)
	}
	c.Hub.Gone("there", errors.New("it has ended"))
	if err := <-over; err == nil {
		t.Error("the job of a node that is gone ended without an error")
	}
}
