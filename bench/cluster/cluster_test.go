package cluster

import (
	"log/slog"
	"testing"
	"time"

	"github.com/liveload/liveload/plan"
)

// TestFiftyWorkers: what 500 users on 50 workers did is what the Result has, on every node and in all.
func TestFiftyWorkers(t *testing.T) {
	const workers, users, each = 50, 500, 3
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	f := newFormation(t, log)
	type outcome struct {
		did *tally
		err error
	}
	ended := make(chan outcome, 1)
	go func() {
		did, err := runWorkers(t.Context(), f.broker.Token(), 0, workers, machine{iteration: 100 * time.Millisecond, visits: 5}, log)
		ended <- outcome{did, err}
	}()
	n, iterations := users, each
	r := f.run(t, f.gather(t, workers), plan.Options{Users: &n, IterationsPerUser: &iterations}, time.Second)
	f.close()
	end := <-ended
	if end.err != nil {
		t.Error(end.err)
	}
	gotIterations, gotEvents := counted(&r.Global)
	if gotIterations != users*each || gotIterations != end.did.Iterations.Load() || gotEvents != 5*users*each || gotEvents != end.did.Events.Load() {
		t.Errorf("the Result has %d iterations and %d events; users did %d and %d", gotIterations, gotEvents, end.did.Iterations.Load(), end.did.Events.Load())
	}
	if len(r.Nodes) != workers || r.Global.Users.Succeeded != users {
		t.Errorf("%d nodes, %+v users", len(r.Nodes), r.Global.Users)
	}
	for _, one := range r.Nodes {
		if i, e := counted(one.Result); i != users/workers*each || e != 5*users/workers*each || one.Result.Users.Succeeded != users/workers {
			t.Errorf("%s has %d iterations, %d events, users %+v", one.Node, i, e, one.Result.Users)
		}
	}
}
