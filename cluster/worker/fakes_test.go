package worker_test

import (
	"context"
	"errors"
	"io"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/liveload/liveload/cluster/broker"
	"github.com/liveload/liveload/cluster/shared"
	"github.com/liveload/liveload/cluster/worker"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// A fakeMachine does what its functions say, and remembers what was asked of it. Nil functions succeed.
type fakeMachine struct {
	worker.Assignment
	prepare func(ctx context.Context) error
	run     func(ctx context.Context, drain <-chan struct{}, report func(node.Event)) error

	mu sync.Mutex
	asked
}

// asked is what was asked of a machine.
type asked struct {
	batch    []plan.Scenario
	shared   node.Shared
	start    time.Time
	commands []plan.Command
	taken    []plan.Takeover
	closed   int // jobs
	gone     bool
}

// seen returns what was asked so far.
func (m *fakeMachine) seen() asked {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.asked
}

// make makes this machine for a worker.
func (m *fakeMachine) make(_ context.Context, a worker.Assignment) (worker.Machine, error) {
	m.Assignment = a
	return m, nil
}

func (m *fakeMachine) Names() []string { return []string{m.Name} }

func (m *fakeMachine) Close(context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.gone = true
	return nil
}

func (m *fakeMachine) Prepare(ctx context.Context, batch []plan.Scenario, shared node.Shared) (node.Job, error) {
	m.mu.Lock()
	m.batch, m.shared = batch, shared
	m.mu.Unlock()
	if m.prepare != nil {
		if err := m.prepare(ctx); err != nil {
			return nil, err
		}
	}
	return fakeJob{m}, nil
}

// content reads a file of the run.
func (m *fakeMachine) content(ctx context.Context, sha256 string) ([]byte, error) {
	in, err := m.Files.Open(ctx, sha256)
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(in)
	return content, errors.Join(err, in.Close())
}

type fakeJob struct{ *fakeMachine }

func (j fakeJob) Run(ctx context.Context, start time.Time, drain <-chan struct{}, events chan<- node.Event) error {
	j.mu.Lock()
	j.start = start
	j.mu.Unlock()
	if j.run == nil {
		return nil
	}
	return j.run(ctx, drain, func(e node.Event) { e.Node = j.Name; events <- e })
}

func (j fakeJob) Steer(_ context.Context, scenario string, cmd plan.Command) error {
	if scenario != "shop" {
		return errors.New("there is no such scenario")
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.commands = append(j.commands, cmd)
	return nil
}

func (j fakeJob) TakeOver(_ context.Context, parts []plan.Takeover) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.taken = append(j.taken, parts...)
	return nil
}

func (j fakeJob) Close(context.Context) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.closed++
	return nil
}

// snapshot is one with a number of iterations of the scenario shop.
func snapshot(seq int64, start time.Time, iterations int64) node.Event {
	from := start.Add(time.Duration(seq-1) * time.Second)
	return node.Event{Snapshot: &metrics.Snapshot{Seq: seq, Start: start, From: from, To: from.Add(time.Second), Series: []metrics.Series{
		{Scenario: "shop", Metric: metrics.Iterations.Name, Labels: metrics.Iterations.With("ok"), Count: iterations},
	}}}
}

// batch is one scenario.
func batch() []plan.Scenario {
	s := plan.Scenario{Name: "shop", Script: "shop.js", Program: plan.Program{Name: "shop.js", Code: "exports.default = () => {}"}}
	plan.Options{}.Apply(&s)
	return []plan.Scenario{s}
}

// prepare prepares a job of one scenario on a node.
func prepare(t *testing.T, n node.Node) node.Job {
	t.Helper()
	job, err := n.Prepare(t.Context(), batch(), &shared.Local{})
	if err != nil {
		t.Fatal(err)
	}
	return job
}

// mixed is the token of one run with the secret of another one.
func mixed(t *testing.T, token, other string) string {
	t.Helper()
	a, err := broker.ParseToken(token)
	if err != nil {
		t.Fatal(err)
	}
	b, err := broker.ParseToken(other)
	if err != nil {
		t.Fatal(err)
	}
	a.Secret = b.Secret
	return a.String()
}
