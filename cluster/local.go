package cluster

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/jsmodules/liveload"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/runner"
	"github.com/liveload/liveload/runner/evidence"
)

// engineCloseTimeout is how long browsers may take to close before they are killed.
const engineCloseTimeout = 15 * time.Second

// Local is the Node of this process.
type Local struct {
	NodeName string
	// Load prepares the scenario's script. onOperation takes the operations of its users, recorder what
	// the script itself measures.
	Load func(ctx context.Context, scenario *runner.ScenarioPlan, onOperation OperationFunc, recorder liveload.Recorder) (runner.Script, error)
	// Open returns the browsers of a scenario; what they cannot attribute to a user (crashes) goes to
	// recorder. The node closes them.
	Open func(ctx context.Context, scenario *runner.ScenarioPlan, recorder browserpool.Recorder) (browserpool.Engine, error)
	// Evidence keeps what helps to understand the failures of a scenario. Nil keeps nothing.
	Evidence func(scenario string) *evidence.Keeper
	Probe    runner.MachineProbe
	Log      *slog.Logger
}

// An OperationFunc takes how long an operation of a user took and how it ended.
type OperationFunc = func(operation string, took time.Duration, err error)

// Name implements Node.
func (n *Local) Name() string { return n.NodeName }

// Prepare implements Node.
func (n *Local) Prepare(ctx context.Context, scenario *runner.ScenarioPlan) (Job, error) {
	job := &localJob{node: n, plan: scenario}
	var err error
	if job.script, err = n.Load(ctx, scenario, job.noteOperation, job); err != nil {
		return nil, err
	}
	if job.labels, err = metrics.NewPageLabeler(scenario.URLGroups); err != nil {
		return nil, err
	}
	if job.engine, err = n.Open(ctx, scenario, job); err != nil {
		return nil, fmt.Errorf("prepare browsers: %w", err)
	}
	if err := job.warmUp(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("prepare browsers: %w", err), job.closeEngine(ctx))
	}
	return job, nil
}

// A localJob is a scenario in this process. It is itself the recorder of what happens outside of
// sessions, since that may be before the start.
type localJob struct {
	node   *Local
	plan   *runner.ScenarioPlan
	script runner.Script
	labels *metrics.PageLabeler
	engine browserpool.Engine

	mu    sync.RWMutex
	scope *metrics.Scope // nil until the start
}

// warmUp opens one session and closes it again: the first browser then runs before the clock does, and
// what keeps every session from opening is one error instead of one failure for each user.
func (j *localJob) warmUp(ctx context.Context) error {
	session, err := j.engine.NewSession(ctx, j.sessionOptions(j))
	if err != nil {
		return err
	}
	return session.Close(ctx)
}

func (j *localJob) sessionOptions(recorder browserpool.Recorder) browserpool.SessionOptions {
	return browserpool.SessionOptions{
		Recorder: recorder, Pages: j.labels, Context: j.plan.Context, Block: j.plan.Block, OnConsole: j.console,
	}
}

// Run implements Job.
func (j *localJob) Run(ctx context.Context, start time.Time, drain <-chan struct{}, out chan<- *metrics.Snapshot) error {
	recorder := metrics.NewRecorder(j.node.NodeName, start, metrics.NewRegistry())
	scope := recorder.Scope(j.plan.Name)
	j.mu.Lock()
	j.scope = scope
	j.mu.Unlock()

	stopReporting := j.report(recorder, out)
	run := runner.Run{
		Plan: *j.plan, Node: j.node.NodeName, Script: j.script, Sessions: j.engine,
		Session: j.sessionOptions(scope), Journal: runner.NewJournal(scope), Log: j.node.Log, Drain: drain,
	}
	if j.node.Evidence != nil {
		run.Evidence = j.node.Evidence(j.plan.Name)
	}
	err := run.Do(ctx)
	ended := time.Now()
	stopReporting()
	// Before the last snapshot, so that a crash that has just ended the last users is in it. An error
	// comes again from Close.
	_ = j.closeEngine(ctx)
	out <- recorder.Snapshot(ended)
	return err
}

func (j *localJob) closeEngine(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), engineCloseTimeout)
	defer cancel()
	return j.engine.Close(ctx)
}

// report watches the machine and sends a snapshot every second, until the returned function is called.
func (j *localJob) report(recorder *metrics.Recorder, out chan<- *metrics.Snapshot) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	watch := runner.HealthWatch{Scope: recorder.Scope(metrics.NodeScope), Node: j.node.NodeName, Probe: j.node.Probe, Log: j.node.Log}
	var background sync.WaitGroup
	background.Go(func() {
		watch.Run(ctx, func(now time.Time) { out <- recorder.Snapshot(now) })
	})
	return func() { cancel(); background.Wait() }
}

// Close implements Job.
func (j *localJob) Close(ctx context.Context) error { return j.closeEngine(ctx) }

// Observe implements browserpool.Recorder.
func (j *localJob) Observe(m *metrics.Metric, label string, value float64) {
	if scope := j.started(); scope != nil {
		scope.Observe(m, label, value)
	}
}

// Add implements browserpool.Recorder.
func (j *localJob) Add(m *metrics.Metric, label string, n int64) {
	if scope := j.started(); scope != nil {
		scope.Add(m, label, n)
	}
}

// SetGauge implements liveload.Recorder.
func (j *localJob) SetGauge(m *metrics.Metric, label string, value float64) {
	if scope := j.started(); scope != nil {
		scope.SetGauge(m, label, value)
	}
}

func (j *localJob) started() *metrics.Scope {
	j.mu.RLock()
	defer j.mu.RUnlock()
	return j.scope
}

func (j *localJob) noteOperation(operation string, took time.Duration, _ error) {
	j.Observe(metrics.ActionDuration, operation, float64(took)/float64(time.Microsecond))
}

func (j *localJob) console(m browserpool.ConsoleMessage) {
	j.node.Log.Debug("a page wrote to its console", "level", m.Level, "text", m.Text, "url", m.URL)
}
