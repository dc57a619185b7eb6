package node

import (
	"context"
	"fmt"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/runner"
)

// A localPart is one scenario of a batch.
type localPart struct {
	node    *Local
	plan    *plan.Scenario
	script  runner.Script
	warm    *runner.WarmUsers
	labels  *metrics.PageLabeler
	control *runner.Control
	scope   *metrics.Scope
}

func (n *Local) preparePart(ctx context.Context, plan *plan.Scenario, beside runner.Script, shared Shared, scope *metrics.Scope) (*localPart, error) {
	part := &localPart{node: n, plan: plan, control: runner.NewControl(plan), scope: scope}
	var err error
	if part.script, err = n.Load(ctx, plan, beside, shared, scope); err != nil {
		return nil, err
	}
	if part.labels, err = metrics.NewPageLabeler(plan.URLGroups); err != nil {
		return nil, err
	}
	part.warm = runner.WarmUp(ctx, plan, n.NodeName, part.script)
	if late := part.warm.Missing(); late > 0 && ctx.Err() == nil {
		n.Log.Warn(fmt.Sprintf("%s: %d of %d users start late, since their script takes long to load. What its top level makes for every user can be made once for all: shared(name, fn) of liveload/data", plan.Name, late, plan.OwnUsers(plan.Users)))
	}
	return part, nil
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
		Recorder: p.scope, Pages: p.labels, Context: p.plan.Context, Block: p.plan.Block, OnConsole: p.console,
	}
}

func (p *localPart) run(ctx context.Context, start time.Time, engine browserpool.Engine, drain <-chan struct{}) error {
	run := runner.Run{
		Plan: *p.plan, Node: p.node.NodeName, Script: p.script, Warm: p.warm, Sessions: engine, Control: p.control,
		Session: p.sessionOptions(), Journal: runner.NewJournal(p.scope), Log: p.node.Log, Drain: drain,
	}
	if p.node.Evidence != nil {
		run.Evidence = p.node.Evidence(p.plan.Name)
	}
	return run.Do(ctx, start)
}

func (p *localPart) console(m browserpool.ConsoleMessage) {
	p.node.Log.Debug("a page wrote to its console", "level", m.Level, "text", m.Text, "url", m.URL)
}
