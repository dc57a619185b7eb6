package worker_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/liveload/liveload/cluster/clustertest"
)

// TestWorkersThatComeAndGo: the controller waits for one by the name of its machine, and lets it leave while others stay.
func TestWorkersThatComeAndGo(t *testing.T) {
	t.Parallel()
	c := clustertest.New(t, nil, nil)
	early, late := &fakeMachine{}, &fakeMachine{}
	c.Join("early", early.make, nil)
	c.Gather(1)
	joined := make(chan string, 1)
	go func() {
		n, err := c.Hub.Await(t.Context(), "late")
		if err != nil {
			t.Error(err)
			joined <- ""
			return
		}
		joined <- n.Names()[0]
	}()
	c.Join("late", late.make, nil)
	if name := <-joined; name != "late" {
		t.Errorf("%q has joined", name)
	}
	c.Hub.Release(t.Context(), "early")
	if err := c.Wait("early"); err != nil {
		t.Errorf("the worker that was to leave: %v", err)
	}
	if nodes := c.Gather(1); nodes[0].Names()[0] != "late" {
		t.Errorf("%s is left", nodes[0].Names()[0])
	}
	c.Hub.Release(t.Context(), "nobody")

	c.Hub.Gone("dead", errors.New("the machine was taken away"))
	if _, err := c.Hub.Await(t.Context(), "dead"); err == nil || err.Error() != "dead did not join: the machine was taken away" {
		t.Errorf("one whose machine has ended: %v", err)
	}
	ctx, cancel := context.WithTimeoutCause(t.Context(), time.Millisecond, errors.New("waited for long"))
	defer cancel()
	if _, err := c.Hub.Await(ctx, "slow"); err == nil || err.Error() != "slow did not join: waited for long" {
		t.Errorf("one that does not come: %v", err)
	}
}
