package cluster

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/liveload/liveload/cluster"
	"github.com/liveload/liveload/cluster/broker"
	"github.com/liveload/liveload/cluster/fleet"
	"github.com/liveload/liveload/cluster/remote"
	"github.com/liveload/liveload/cluster/upload"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/plan"
)

// A formation is a controller to which workers come.
type formation struct {
	broker *broker.Broker
	hub    *remote.Hub
	log    *slog.Logger
	sink   *sink
}

func newFormation(t testing.TB, log *slog.Logger) *formation {
	t.Helper()
	f := &formation{log: log, sink: &sink{}}
	var err error
	if f.broker, err = broker.Start(t.Context(), broker.Options{Run: uuid.NewString(), Log: log}); err != nil {
		t.Fatal(err)
	}
	f.hub, err = remote.Open(remote.Options{
		Gate: f.broker, Version: version, Settings: json.RawMessage("{}"), Contents: &remote.Contents{}, Evidence: upload.NewFolder(t.TempDir(), nil), Log: log,
	})
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// close tells the workers to leave.
func (f *formation) close() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	f.hub.Close(ctx)
	f.broker.Close()
}

// gather waits for n workers and returns them as one node.
func (f *formation) gather(t testing.TB, n int) *fleet.Fleet {
	t.Helper()
	ctx, cancel := context.WithTimeoutCause(t.Context(), 2*time.Minute, fmt.Errorf("waited two minutes"))
	defer cancel()
	nodes, err := f.hub.Gather(ctx, n, func([]string) {})
	if err != nil {
		t.Fatal(err)
	}
	var members []fleet.Member
	for _, one := range nodes {
		members = append(members, fleet.Member{Node: one, Weight: 1})
	}
	all, err := fleet.New(members, f.log)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// run runs a scenario on the nodes.
func (f *formation) run(t testing.TB, nodes *fleet.Fleet, o plan.Options, lead time.Duration) metrics.Result {
	t.Helper()
	scenario := plan.Scenario{Name: "buy", Script: "buy.js", Program: plan.Program{Name: "buy.js", Code: "exports.default = () => {}"}}
	o.Apply(&scenario)
	c := cluster.Controller{Node: nodes, Sink: f.sink, Version: version, Log: f.log, Metrics: metrics.NewRegistry(), Lead: lead}
	results, err := c.Run(t.Context(), plan.Plan{RunID: string(f.broker.Run()), Scenarios: []plan.Scenario{scenario}}, nil)
	if err != nil || len(results) != 1 {
		t.Fatalf("%d results: %v", len(results), err)
	}
	return results[0]
}

// A sink notes when so many users were active first.
type sink struct {
	mu    sync.Mutex
	users int64     // that are waited for
	start time.Time // of the users
	at    time.Time // the end of the second in which all were active
	most  int64
}

func (*sink) Start(context.Context, metrics.RunInfo) error { return nil }

func (s *sink) Write(_ context.Context, i *metrics.Interval) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	active := i.Scenarios[0].Active
	s.start = i.Start
	at := i.Start.Add(i.Offset + i.Width)
	if s.most = max(s.most, active); active >= s.users && (s.at.IsZero() || at.Before(s.at)) {
		s.at = at
	}
	return nil
}

func (*sink) Close(context.Context, []metrics.Result) error { return nil }

// counted are the iterations that ended well and the events of a Result.
func counted(r *metrics.ScenarioResult) (iterations, events int64) {
	return r.Counters[metrics.Iterations.Name].By[metrics.OutcomeOK], r.Counters[metrics.LiveViewEvents.Name].Aggregate
}
