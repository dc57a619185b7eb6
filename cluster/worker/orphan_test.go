package worker_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/liveload/liveload/cluster/clustertest"
	"github.com/liveload/liveload/cluster/remote"
	"github.com/liveload/liveload/cluster/shared"
	"github.com/liveload/liveload/cluster/worker"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/merge"
	"github.com/liveload/liveload/node"
)

// TestControllerThatIsGone: the users finish what they do, and what was measured is kept, also what could not be sent.
func TestControllerThatIsGone(t *testing.T) {
	c := clustertest.New(t, nil, nil)
	machine, running, early := &fakeMachine{}, make(chan struct{}), int64(0)
	gone, kept := make(chan struct{}), make(chan []metrics.Result, 2)
	machine.run = func(_ context.Context, drain <-chan struct{}, report func(node.Event)) error {
		measured := []node.Event{snapshot(1, machine.seen().start, 3), snapshot(2, machine.seen().start, 4)}
		for _, e := range measured {
			e.Snapshot.Node = "there"
		}
		report(measured[0])
		close(running)
		<-drain
		early = (<-kept)[0].Global.Counters[metrics.Iterations.Name].Aggregate // before anybody may end the machine
		report(measured[1])
		report(node.Event{Ended: "shop"})
		return nil
	}
	c.Join("there", machine.make, func(o *worker.Options) {
		o.Gone = gone
		o.Keep = func(results []metrics.Result) (string, error) { kept <- results; return "part.json", nil }
	})
	job := prepare(t, c.Gather(1)[0])
	ctx, cancel := context.WithCancel(t.Context())
	over, events := make(chan error, 1), make(chan node.Event, 10)
	go func() { over <- job.Run(ctx, time.Now(), nil, events) }()
	<-running
	first := <-events
	if first.Snapshot == nil {
		t.Errorf("%+v arrived", first)
	}
	close(gone)
	if err := c.Wait("there"); err == nil || err.Error() != "the controller is gone: what this node has measured is in part.json" || !machine.seen().gone {
		t.Errorf("the worker ended with %v; its machine was closed: %v", err, machine.seen().gone)
	}
	results := <-kept
	if early != 3 {
		t.Errorf("%d iterations were kept at once", early)
	}
	if n := results[0].Global.Counters[metrics.Iterations.Name].Aggregate; len(results) != 1 || results[0].Name != "shop" || n != 7 || results[0].Nodes[0].Node != "there" {
		t.Errorf("%d results are kept, %d iterations of %s", len(results), n, results[0].Name)
	}
	if n := together(t, results, first); n != 7 {
		t.Errorf("together with what the controller has there are %d iterations", n)
	}
	c.Hub.Gone("there", errors.New("it has ended"))
	cancel()
	if err := <-over; err == nil || len(events) > 0 {
		t.Errorf("the job ended with %v and %d more events: a node that is given up says nothing more", err, len(events))
	}
}

// together returns how many iterations there are in what a node has kept and what its controller has of it.
func together(t *testing.T, kept []metrics.Result, events ...node.Event) int64 {
	t.Helper()
	start := events[0].Snapshot.Start
	controller := metrics.NewAggregator(metrics.RunInfo{RunID: kept[0].RunID, Start: start, Nodes: []string{"there"}, Scenarios: []metrics.ScenarioInfo{{Name: "shop"}}})
	for _, e := range events {
		controller.Add(e.Snapshot)
	}
	controller.NodeLost("there", "it is gone", time.Minute)
	files := []merge.File{{Name: "run.json", Results: controller.Results(start.Add(time.Minute))}, {Name: "there.json", Results: kept}}
	both, err := merge.Files(files)
	if err != nil {
		t.Fatal(err)
	}
	return both[0].Global.Counters[metrics.Iterations.Name].Aggregate
}

// TestTrialsAreNotKept: what a few users measured before the run is no part of it.
func TestTrialsAreNotKept(t *testing.T) {
	c := clustertest.New(t, nil, nil)
	machine, gone, running, kept := &fakeMachine{}, make(chan struct{}), make(chan struct{}), make(chan []metrics.Result, 2)
	machine.run = func(_ context.Context, drain <-chan struct{}, report func(node.Event)) error {
		measured := snapshot(1, machine.seen().start, 3)
		if !machine.seen().batch[0].Trial {
			measured = snapshot(1, machine.seen().start, 4)
			close(running)
			<-drain
		}
		measured.Snapshot.Node = "there"
		report(measured)
		return nil
	}
	c.Join("there", machine.make, func(o *worker.Options) {
		o.Gone = gone
		o.Keep = func(results []metrics.Result) (string, error) { kept <- results; return "part.json", nil }
	})
	n, few, events := c.Gather(1)[0], batch(), make(chan node.Event, 10)
	few[0].Trial = true
	trial, err := n.Prepare(t.Context(), few, &shared.Local{})
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(trial.Run(t.Context(), time.Now(), nil, events), trial.Close(t.Context())); err != nil {
		t.Fatal(err)
	}
	job, over := prepare(t, n), make(chan error, 1)
	go func() { over <- job.Run(t.Context(), time.Now(), nil, events) }()
	<-running
	close(gone)
	if err := c.Wait("there"); err == nil {
		t.Error("a worker without its controller ended without an error")
	}
	close(kept)
	var results []metrics.Result // of the last time: at once, and once more when the node has more by its end
	for results = range kept {
	}
	if len(results) != 1 || results[0].Global.Counters[metrics.Iterations.Name].Aggregate != 4 {
		t.Errorf("%d Results are kept, want that of the run alone, with 4 iterations", len(results))
	}
	c.Hub.Gone("there", errors.New("it has ended"))
	if err := <-over; err == nil {
		t.Error("the job of a node that is gone ended without an error")
	}
}

// TestGivenUpWhileItGoesOn: a node that its controller takes for lost keeps what the controller does not count any more.
func TestGivenUpWhileItGoesOn(t *testing.T) {
	c := clustertest.New(t, nil, nil)
	machine, more, reported := &fakeMachine{}, make(chan struct{}), make(chan struct{})
	machine.run = func(ctx context.Context, _ <-chan struct{}, report func(node.Event)) error {
		defer close(reported)
		measured := func(second int64) {
			e := snapshot(second, machine.seen().start, 2+second)
			e.Snapshot.Node = "there"
			report(e)
		}
		measured(1)
		<-more
		measured(2)
		measured(3)
		<-ctx.Done()
		measured(4)
		return nil
	}
	kept := make(chan []metrics.Result, 1)
	c.Join("there", machine.make, func(o *worker.Options) {
		o.Keep = func(results []metrics.Result) (string, error) { kept <- results; return "part.json", nil }
	})
	job := prepare(t, c.Gather(1)[0])
	over, events := make(chan error, 1), make(chan node.Event)
	go func() { over <- job.Run(t.Context(), time.Now(), nil, events) }()
	first := <-events
	c.Hub.Gone("there", errors.New("its connection has ended"))
	if err := <-over; err == nil {
		t.Error("the job of a node that is gone ended without an error")
	}
	close(more)
	c.Kill("there")
	if err := c.Wait("there"); !errors.Is(err, context.Canceled) {
		t.Errorf("the worker ended with %v", err)
	}
	<-reported
	if n := together(t, <-kept, first); n != 3+4+5+6 {
		t.Errorf("together with what the controller has there are %d iterations", n)
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
