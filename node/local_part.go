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

// A localPart is one scenario of a batch.
type localPart struct {
	node     *Local
	scenario *plan.Scenario
	script   runner.Script
	warm     *runner.WarmUsers
	labels   *metrics.PageLabeler
	control  *runner.Control
	scope    *metrics.Scope
	store    *evidence.Store // nil keeps nothing
}

func (n *Local) preparePart(ctx context.Context, scenario *plan.Scenario, script Script, scope *metrics.Scope) (*localPart, error) {
	labels, err := metrics.NewPageLabeler(scenario.URLGroups)
	if err != nil {
		return nil, err
	}
	p := &localPart{node: n, scenario: scenario, labels: labels, control: runner.NewControl(scenario), scope: scope}
	if n.Evidence != nil {
		p.store = n.Evidence(scenario.Name)
	}
	p.script = script.Scenario(scenario, scope, p.store)
	p.warm = runner.WarmUp(ctx, scenario, n.NodeName, p.script)
	if late := p.warm.Missing(); late > 0 && ctx.Err() == nil {
		n.Log.Warn(fmt.Sprintf("%s: %d of %d users start late, since their script takes long to load. What its top level makes for every user can be made once for all: shared(name, fn) of liveload/data", scenario.Name, late, scenario.OwnUsers(scenario.Users)))
	}
	return p, nil
}

// warmUp opens one session and closes it again: the first browser then runs before the clock does, and
// what keeps every session from opening is one error instead of one failure for each user.
func (p *localPart) warmUp(ctx context.Context, engine browserpool.Engine) error {
	session, err := engine.NewSession(ctx, p.sessionOptions())
	if err != nil {
		return err
	}
	return session.Close(ctx)
}

func (p *localPart) sessionOptions() browserpool.SessionOptions {
	return browserpool.SessionOptions{
		Recorder: p.scope, Pages: p.labels, Context: p.scenario.Context, Block: p.scenario.Block, OnConsole: p.console,
	}
}

func (p *localPart) run(ctx context.Context, start time.Time, engine browserpool.Engine, drain <-chan struct{}) error {
	run := runner.Run{
		Plan: *p.scenario, Node: p.node.NodeName, Script: p.script, Warm: p.warm, Sessions: engine, Control: p.control,
		Session: p.sessionOptions(), Journal: runner.NewJournal(p.scope), Log: p.node.Log, Evidence: p.store, Drain: drain,
	}
	return run.Do(ctx, start)
}

func (p *localPart) console(m browserpool.ConsoleMessage) {
	p.node.Log.Debug("a page wrote to its console", "level", m.Level, "text", m.Text, "url", m.URL)
}
