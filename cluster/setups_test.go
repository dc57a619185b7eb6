package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/liveload/liveload/cluster/shared"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
)

// A phaseNode calls functions of scripts, as it is told here.
type phaseNode struct {
	node.Node
	called []string // by phase and script, with the data
	hangs  plan.Phase
	fails  plan.Phase
}

func (n *phaseNode) Prepare(_ context.Context, batch []plan.Scenario, _ node.Shared) (node.Job, error) {
	return phaseJob{node: n, once: batch[0]}, nil
}

type phaseJob struct {
	node.Job
	node *phaseNode
	once plan.Scenario
}

func (j phaseJob) Run(ctx context.Context, _ time.Time, drain <-chan struct{}, events chan<- node.Event) error {
	j.node.called = append(j.node.called, fmt.Sprintf("%s of %s with %q", j.once.Phase, j.once.Script, j.once.Data))
	switch j.once.Phase {
	case j.node.hangs:
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-drain:
			return errors.New("drained")
		}
	case j.node.fails:
		return errors.New("it throws")
	}
	events <- node.Event{Returned: json.RawMessage("5")}
	return nil
}

func (phaseJob) Close(context.Context) error { return nil }

func scriptOf(path string) []plan.Scenario {
	return []plan.Scenario{{Name: "a", Script: path, Setup: true, Teardown: true}, {Name: "b", Script: path, Setup: true, Teardown: true}}
}

// TestSetups: once for each script, with the data for all of its batches, and torn down in the other order.
func TestSetups(t *testing.T) {
	n, s, state := &phaseNode{}, &Setups{Log: slog.New(slog.DiscardHandler)}, &shared.Local{}
	for _, script := range []string{"a.js", "b.js", "a.js"} {
		batch := scriptOf(script)
		if err := s.Begin(t.Context(), n, batch, state, nil); err != nil || string(batch[0].Data) != "5" || string(batch[1].Data) != "5" {
			t.Errorf("%v, with the data %q and %q", err, batch[0].Data, batch[1].Data)
		}
	}
	if err := errors.Join(s.End(t.Context(), n, state), s.End(t.Context(), n, state)); err != nil {
		t.Error(err)
	}
	want := []string{`setup of a.js with ""`, `setup of b.js with ""`, `teardown of b.js with "5"`, `teardown of a.js with "5"`}
	if !slices.Equal(n.called, want) {
		t.Errorf("called were %q, want %q", n.called, want)
	}
}

// TestSetupFails: it is not called again for a later batch, and nothing is torn down.
func TestSetupFails(t *testing.T) {
	n, s, state := &phaseNode{fails: plan.Setup}, &Setups{Log: slog.New(slog.DiscardHandler)}, &shared.Local{}
	for range 2 {
		if err := s.Begin(t.Context(), n, scriptOf("a.js"), state, nil); err == nil || err.Error() != "it throws" {
			t.Error(err)
		}
	}
	if err := s.End(t.Context(), n, state); err != nil || len(n.called) != 1 {
		t.Errorf("%v; called were %q", err, n.called)
	}
}

// TestTeardownHasLittleTimeAfterAStop, also when the stop comes while it runs.
func TestTeardownHasLittleTimeAfterAStop(t *testing.T) {
	for _, stopAfter := range []time.Duration{0, time.Minute} {
		synctest.Test(t, func(t *testing.T) {
			n, s, state := &phaseNode{hangs: plan.Teardown}, &Setups{Log: slog.New(slog.DiscardHandler)}, &shared.Local{}
			if err := s.Begin(t.Context(), n, scriptOf("a.js"), state, nil); err != nil {
				t.Fatal(err)
			}
			ctx, stop := context.WithCancel(t.Context())
			time.AfterFunc(stopAfter, stop)
			began := time.Now()
			err := s.End(ctx, n, state)
			if took := time.Since(began); took != stopAfter+lastPatience || err == nil || !strings.Contains(err.Error(), "the run was stopped, and it took longer than 20s") {
				t.Errorf("it ended after %v: %v", took, err)
			}
		})
	}
}
