package worker_test

import (
	"context"
	"errors"
	"log/slog"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/cluster/broker"
	"github.com/liveload/liveload/cluster/clustertest"
	"github.com/liveload/liveload/cluster/shared"
	"github.com/liveload/liveload/cluster/worker"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/plan/shape"
	"github.com/liveload/liveload/sinks/outputtest"
)

// TestWorkerThatIsEnded: its job fails, so that others take over its load, after all that it has measured.
func TestWorkerThatIsEnded(t *testing.T) {
	c := clustertest.New(t, nil, nil)
	machine := &fakeMachine{run: func(ctx context.Context, _ <-chan struct{}, report func(node.Event)) error {
		report(snapshot(1, time.Now(), 3))
		<-ctx.Done()
		report(snapshot(2, time.Now(), 4))
		return nil
	}}
	c.Join("there", machine.make, nil)
	n := c.Gather(1)[0]
	job := prepare(t, n)
	events, over := make(chan node.Event), make(chan error, 1)
	go func() { over <- job.Run(t.Context(), time.Now(), nil, events) }()
	<-events
	c.Kill("there")
	if last := <-events; last.Snapshot == nil || last.Snapshot.Series[0].Count != 4 {
		t.Errorf("the last snapshot is %+v", last)
	}
	if err := <-over; err == nil || err.Error() != "its worker was told to end before the run was over" {
		t.Errorf("Run = %v", err)
	}
	if err := c.Wait("there"); !errors.Is(err, context.Canceled) || !machine.seen().gone {
		t.Errorf("the worker ended with %v; its machine was closed: %v", err, machine.seen().gone)
	}
}

// TestWorkerThatHasLastedAsLongAsItMay: its running iterations finish, all that it has measured arrives, and the job fails.
func TestWorkerThatHasLastedAsLongAsItMay(t *testing.T) {
	c := clustertest.New(t, nil, nil)
	machine := &fakeMachine{run: func(ctx context.Context, drain <-chan struct{}, report func(node.Event)) error {
		report(snapshot(1, time.Now(), 3))
		select {
		case <-drain:
		case <-ctx.Done():
			t.Error("the running iterations were interrupted")
		}
		report(snapshot(2, time.Now(), 4))
		return nil
	}}
	expired := make(chan struct{})
	c.Join("there", machine.make, func(o *worker.Options) { o.Expired = expired })
	job := prepare(t, c.Gather(1)[0])
	events, over := make(chan node.Event), make(chan error, 1)
	go func() { over <- job.Run(t.Context(), time.Now(), nil, events) }()
	<-events
	close(expired)
	if last := <-events; last.Snapshot == nil || last.Snapshot.Series[0].Count != 4 {
		t.Errorf("the last snapshot is %+v", last)
	}
	const want = "the lifetime of this worker is over, as --lifetime says"
	if err := <-over; err == nil || err.Error() != want {
		t.Errorf("Run = %v", err)
	}
	if err := c.Wait("there"); err == nil || err.Error() != want || !machine.seen().gone {
		t.Errorf("the worker ended with %v; its machine was closed: %v", err, machine.seen().gone)
	}
}

// TestWorkerThatWaitsForTooLong: a worker whose controller never comes ends too.
func TestWorkerThatWaitsForTooLong(t *testing.T) {
	key, err := broker.NewKey(broker.Options{Listen: outputtest.FreeAddress(t)})
	if err != nil {
		t.Fatal(err)
	}
	expired := make(chan struct{})
	close(expired)
	err = worker.Run(t.Context(), worker.Options{Token: key.Token.String(), Name: "there", Version: clustertest.Version, Expired: expired, Log: slog.New(slog.DiscardHandler)})
	if err == nil || err.Error() != "the lifetime of this worker is over, as --lifetime says" {
		t.Errorf("Run = %v", err)
	}
}

// TestMachineThatEnds: what waits for its node fails at once, with the reason.
func TestMachineThatEnds(t *testing.T) {
	c, running := clustertest.New(t, nil, nil), make(chan struct{})
	machine := &fakeMachine{run: func(ctx context.Context, _ <-chan struct{}, report func(node.Event)) error {
		close(running)
		<-ctx.Done()
		return nil
	}}
	c.Join("there", machine.make, nil)
	n := c.Gather(1)[0]
	job := prepare(t, n)
	go func() {
		<-running
		c.Hub.Gone("there", errors.New("there ended: signal: killed"))
	}()
	if err := job.Run(t.Context(), time.Now(), nil, make(chan node.Event)); err == nil || err.Error() != "there ended: signal: killed" {
		t.Errorf("Run = %v", err)
	}
	if _, err := n.Prepare(t.Context(), batch(), &shared.Local{}); !isGone(err) || !strings.Contains(err.Error(), "there ended: signal: killed") {
		t.Errorf("Prepare = %v", err)
	}
}

func isGone(err error) bool {
	_, gone := errors.AsType[*node.GoneError](err)
	return gone
}

// TestGoneWhilePreparing: whoever waits for the node learns that it is gone, and is not told that it cannot run the plan.
func TestGoneWhilePreparing(t *testing.T) {
	for name, test := range map[string]struct {
		end  func(c *clustertest.Cluster)
		want string
	}{
		"killed":      {func(c *clustertest.Cluster) { c.Hub.Gone("there", errors.New("there ended: signal: killed")) }, "there ended: signal: killed"},
		"told to end": {func(c *clustertest.Cluster) { c.Kill("there") }, "its worker was told to end before the run was over"},
	} {
		t.Run(name, func(t *testing.T) {
			c, preparing := clustertest.New(t, nil, nil), make(chan struct{})
			machine := &fakeMachine{prepare: func(ctx context.Context) error {
				close(preparing)
				<-ctx.Done()
				return context.Cause(ctx)
			}}
			c.Join("there", machine.make, nil)
			go func() {
				<-preparing
				test.end(c)
			}()
			if _, err := c.Gather(1)[0].Prepare(t.Context(), batch(), &shared.Local{}); !isGone(err) || err.Error() != test.want {
				t.Errorf("Prepare = %v, want %s", err, test.want)
			}
		})
	}
}

// TestTakingOverBeforeTheStart waits until the job runs: who was lost before the start has its part begun by others.
func TestTakingOverBeforeTheStart(t *testing.T) {
	c := clustertest.New(t, nil, nil)
	machine := &fakeMachine{run: func(ctx context.Context, drain <-chan struct{}, _ func(node.Event)) error {
		<-drain
		return nil
	}}
	c.Join("there", machine.make, nil)
	job := prepare(t, c.Gather(1)[0])
	taken, drain, over := make(chan error, 1), make(chan struct{}), make(chan error, 1)
	parts := []plan.Takeover{{Scenario: "shop", Part: 1, Segment: shape.Segments([]int{1, 1})[1]}}
	go func() { taken <- job.TakeOver(t.Context(), parts) }()
	go func() { over <- job.Run(t.Context(), time.Now(), drain, make(chan node.Event)) }()
	if err := <-taken; err != nil || !reflect.DeepEqual(machine.seen().taken, parts) {
		t.Errorf("%+v arrived as %+v, %v", parts, machine.seen().taken, err)
	}
	close(drain)
	if err := <-over; err != nil {
		t.Error(err)
	}
}

// TestMachineThatIsEnded: a controller that has said that the run is over may end the machine at once.
func TestMachineThatIsEnded(t *testing.T) {
	for range 10 {
		c := clustertest.New(t, nil, nil)
		gone := make(chan struct{})
		c.Join("there", (&fakeMachine{}).make, func(o *worker.Options) { o.Gone = gone })
		c.Gather(1)
		c.Hub.Close(t.Context())
		close(gone)
		if err := c.Wait("there"); err != nil {
			t.Fatalf("the worker ended with %v", err)
		}
	}
}
