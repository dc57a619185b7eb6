package node

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/redact"
	"github.com/liveload/liveload/runner"
	"github.com/liveload/liveload/runner/evidence"
	"github.com/liveload/liveload/space"
)

// engineCloseTimeout is how long browsers may take to close before they are killed.
const engineCloseTimeout = 15 * time.Second

// Local is the Node of this process.
type Local struct {
	NodeName string
	// Load loads the script of a batch, whose scenarios are of one file; first is the first of them.
	Load func(ctx context.Context, first *plan.Scenario, shared Shared) (Script, error)
	// Open returns the browsers of a batch; what they cannot attribute to a user (crashes) goes to
	// recorder. The node closes them.
	Open func(ctx context.Context, recorder browserpool.Recorder) (browserpool.Engine, error)
	// Evidence returns where to keep what helps to understand the failures of a scenario, which sequences number for
	// all nodes. Nil keeps nothing.
	Evidence func(scenario string, sequences evidence.Sequences) *evidence.Store
	// Space is what users may take of the disk. Nil has no bound.
	Space *space.Budget
	// Metrics has the metrics that scripts define. It must not be nil.
	Metrics *metrics.Registry
	// Secrets are what nothing of the node may show: it is told those of plans.
	Secrets *redact.Redactor
	Probe   MachineProbe
	Log     *slog.Logger
}

// Names implements Node.
func (n *Local) Names() []string { return []string{n.NodeName} }

// Prepare implements Node.
func (n *Local) Prepare(ctx context.Context, batch []plan.Scenario, shared Shared) (_ Job, err error) {
	for i := range batch {
		batch[i].Tell(n.Secrets)
	}
	if batch[0].Phase != "" {
		return n.preparePhase(ctx, &batch[0], shared)
	}
	job := &localJob{node: n, working: make(chan struct{}), recorder: metrics.NewRecorder(n.NodeName, time.Now(), n.Metrics)}
	defer func() {
		if err != nil {
			job.closeWarmUsers()
		}
	}()
	job.recorder.Hide(n.Secrets)
	script, err := n.Load(ctx, &batch[0], shared)
	if err != nil {
		return nil, err
	}
	for i := range batch {
		s, err := n.prepareScenario(ctx, &batch[i], script, shared, job.recorder.Scope(batch[i].Name))
		if err != nil {
			return nil, err
		}
		job.scenarios = append(job.scenarios, s)
	}
	if job.engine, err = n.Open(ctx, job.engineRecorder()); err != nil {
		return nil, fmt.Errorf("prepare browsers: %w", err)
	}
	for _, s := range job.scenarios {
		if err := s.warmUp(ctx, job.engine); err != nil {
			return nil, errors.Join(fmt.Errorf("prepare browsers: %w", err), job.closeEngine(ctx))
		}
	}
	return job, nil
}

// A localJob is a batch of scenarios in this process.
type localJob struct {
	node      *Local
	scenarios []*localScenario
	engine    browserpool.Engine
	recorder  *metrics.Recorder
	work      work
	working   chan struct{} // closed when the work has begun
}

// engineRecorder takes what the browsers say of themselves: it belongs to the scenario, or to all of them
// when several share the browsers.
func (j *localJob) engineRecorder() browserpool.Recorder {
	if len(j.scenarios) == 1 {
		return j.scenarios[0].scope
	}
	return j.recorder.Scope(metrics.NodeScope)
}

// Run implements Job.
func (j *localJob) Run(ctx context.Context, start time.Time, drain <-chan struct{}, events chan<- Event) error {
	j.recorder.Begin(start, time.Now())
	stopReporting := j.report(start, events)
	err := j.runScenarios(ctx, start, drain, events)
	ended := time.Now()
	stopReporting()
	// Before the last snapshot, so that a crash that has just ended the last users is in it. An error
	// comes again from Close.
	_ = j.closeEngine(ctx)
	last := j.recorder.Snapshot(ended)
	last.Last = true
	events <- Event{Node: j.node.NodeName, Snapshot: last}
	return err
}

// runScenarios runs the scenarios side by side until all have ended. One that aborts the test ends all.
func (j *localJob) runScenarios(ctx context.Context, start time.Time, drain <-chan struct{}, events chan<- Event) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var own []*runner.Run
	for _, s := range j.scenarios {
		s.run.Sessions, s.run.Drain = j.engine, drain
		own = append(own, &s.run)
	}
	j.work.do = func(run *runner.Run) error {
		err := run.Do(ctx, start)
		if err != nil {
			stop()
		}
		events <- Event{Node: j.node.NodeName, Ended: run.Plan.Name, Part: run.Plan.Part()}
		return err
	}
	_ = j.work.begin(own) // it is not over
	close(j.working)
	if own[0].Plan.Segment != nil { // others may be lost
		select {
		case <-drain:
		case <-ctx.Done():
		}
	}
	return j.work.end()
}

// Steer implements Job.
func (j *localJob) Steer(_ context.Context, scenario string, cmd plan.Command) error {
	s, err := j.scenario(scenario)
	if err != nil {
		return fmt.Errorf("steer scenario %q: %w", scenario, err)
	}
	return s.run.Control.Steer(cmd)
}

func (j *localJob) closeEngine(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), engineCloseTimeout)
	defer cancel()
	return j.engine.Close(ctx)
}

// report watches the machine and sends a snapshot every second from start on, until the returned function is called.
func (j *localJob) report(start time.Time, events chan<- Event) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	watch := HealthWatch{Scope: j.recorder.Scope(metrics.NodeScope), Node: j.node.NodeName, Probe: j.node.Probe, Log: j.node.Log}
	var background sync.WaitGroup
	background.Go(func() {
		select {
		case <-time.After(untilSecond(start)):
			watch.Run(ctx, func(now time.Time) { events <- Event{Node: j.node.NodeName, Snapshot: j.recorder.Snapshot(now)} })
		case <-ctx.Done():
		}
	})
	return func() { cancel(); background.Wait() }
}

// untilSecond is how long it takes until start, or until the next whole second after it.
func untilSecond(start time.Time) time.Duration {
	left := time.Until(start)
	if left <= -healthInterval {
		left = healthInterval + left%healthInterval
	}
	return left
}

// Close implements Job.
func (j *localJob) Close(ctx context.Context) error {
	j.closeWarmUsers()
	return j.closeEngine(ctx)
}

// closeWarmUsers closes the users that were made before the start and have not started.
func (j *localJob) closeWarmUsers() {
	for _, s := range j.scenarios {
		s.run.Warm.Close()
	}
}

// A localScenario is one scenario of a batch.
type localScenario struct {
	run   runner.Run
	scope *metrics.Scope
}

func (n *Local) prepareScenario(ctx context.Context, scenario *plan.Scenario, script Script, shared Shared, scope *metrics.Scope) (*localScenario, error) {
	labels, err := metrics.NewPageLabeler(scenario.URLGroups)
	if err != nil {
		return nil, err
	}
	s := &localScenario{scope: scope, run: runner.Run{
		Plan: *scenario, Node: n.NodeName, Control: runner.NewControl(scenario), Journal: runner.NewJournal(scope), Log: n.Log, Secrets: n.Secrets,
		Session: browserpool.SessionOptions{Recorder: scope, Pages: labels, Context: scenario.Context, Block: scenario.Block, AllowFileURLs: scenario.AllowFileURLs, OnConsole: n.console, Files: script.Files(), Space: n.Space},
	}}
	if n.Evidence != nil && !scenario.Trial {
		s.run.Evidence = n.Evidence(scenario.Name, shared)
		s.run.Evidence.OnDrop(func(kind string) { scope.Add(metrics.FilesDropped, metrics.FilesDropped.With(kind), 1) })
	}
	s.run.Script = script.Scenario(scenario, scope, labels, s.run.Evidence)
	s.run.Warm = runner.WarmUp(ctx, scenario, n.NodeName, s.run.Script)
	if late := s.run.Warm.Missing(); late > 0 && ctx.Err() == nil {
		n.Log.Warn(fmt.Sprintf("%s: %d of %d users start late, since their script takes long to load. What its top level makes for every user can be made once for all: shared(name, fn) of liveload/data", scenario.Name, late, scenario.OwnUsers(scenario.Users)))
	}
	return s, nil
}

func (n *Local) console(m browserpool.ConsoleMessage) {
	n.Log.Debug("a page wrote to its console", "level", m.Level, "text", m.Text, "url", m.URL)
}

// warmUp opens one session and closes it again: the first browser then runs before the clock does, and
// what keeps every session from opening is one error instead of one failure for each user.
func (s *localScenario) warmUp(ctx context.Context, engine browserpool.Engine) error {
	session, err := engine.NewSession(ctx, s.run.Session)
	if err != nil {
		return err
	}
	return session.Close(ctx)
}
