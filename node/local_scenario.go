package node

import (
	"context"
	"fmt"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/runner"
	"github.com/liveload/liveload/runner/evidence"
)

// A localScenario is one scenario of a batch.
type localScenario struct {
	node     *Local
	scenario *plan.Scenario
	script   runner.Script
	warm     *runner.WarmUsers
	labels   *metrics.PageLabeler
	control  *runner.Control
	scope    *metrics.Scope
	store    *evidence.Store // nil keeps nothing
}

func (n *Local) prepareScenario(ctx context.Context, scenario *plan.Scenario, script Script, scope *metrics.Scope) (*localScenario, error) {
	labels, err := metrics.NewPageLabeler(scenario.URLGroups)
	if err != nil {
		return nil, err
	}
	s := &localScenario{node: n, scenario: scenario, labels: labels, control: runner.NewControl(scenario), scope: scope}
	if n.Evidence != nil {
		s.store = n.Evidence(scenario.Name)
	}
	s.script = script.Scenario(scenario, scope, s.store)
	s.warm = runner.WarmUp(ctx, scenario, n.NodeName, s.script)
	if late := s.warm.Missing(); late > 0 && ctx.Err() == nil {
		n.Log.Warn(fmt.Sprintf("%s: %d of %d users start late, since their script takes long to load. What its top level makes for every user can be made once for all: shared(name, fn) of liveload/data", scenario.Name, late, scenario.OwnUsers(scenario.Users)))
	}
	return s, nil
}

// warmUp opens one session and closes it again: the first browser then runs before the clock does, and
// what keeps every session from opening is one error instead of one failure for each user.
func (s *localScenario) warmUp(ctx context.Context, engine browserpool.Engine) error {
	session, err := engine.NewSession(ctx, s.sessionOptions())
	if err != nil {
		return err
	}
	return session.Close(ctx)
}

func (s *localScenario) sessionOptions() browserpool.SessionOptions {
	return browserpool.SessionOptions{
		Recorder: s.scope, Pages: s.labels, Context: s.scenario.Context, Block: s.scenario.Block, OnConsole: s.console,
	}
}

func (s *localScenario) run(ctx context.Context, start time.Time, engine browserpool.Engine, drain <-chan struct{}) error {
	run := runner.Run{
		Plan: *s.scenario, Node: s.node.NodeName, Script: s.script, Warm: s.warm, Sessions: engine, Control: s.control,
		Session: s.sessionOptions(), Journal: runner.NewJournal(s.scope), Log: s.node.Log, Evidence: s.store, Drain: drain,
	}
	return run.Do(ctx, start)
}

func (s *localScenario) console(m browserpool.ConsoleMessage) {
	s.node.Log.Debug("a page wrote to its console", "level", m.Level, "text", m.Text, "url", m.URL)
}
