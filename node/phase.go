package node

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/liveload/liveload/browserpool"
	"github.com/liveload/liveload/js/scripterr"
	"github.com/liveload/liveload/jsmodules/liveload"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/ordered"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/runner"
	"github.com/liveload/liveload/runner/evidence"
)

// MaxReturned is how many bytes of JSON setup may return, which go to every node.
const MaxReturned = 16 << 20

// A phaseJob calls a function of the script once, with a user that counts nowhere.
type phaseJob struct {
	node    *Local
	phase   plan.Phase
	timeout time.Duration
	user    *liveload.User
	session browserpool.SessionOptions
	engine  browserpool.Engine
	made    evidence.Made
}

// preparePhase implements Prepare for a batch of a phase.
func (n *Local) preparePhase(ctx context.Context, scenario *plan.Scenario, shared Shared) (Job, error) {
	labels, err := metrics.NewPageLabeler(scenario.URLGroups)
	if err != nil {
		return nil, err
	}
	script, err := n.Load(ctx, scenario, shared)
	if err != nil {
		return nil, err
	}
	identity := runner.Identity{Node: n.NodeName, Scenario: scenario.Name, Seed: scenario.Seed}
	made, err := script.Scenario(scenario, liveload.Discard{}, labels, nil).NewUser(identity)
	if err != nil {
		return nil, err
	}
	user, ok := made.(*liveload.User)
	if !ok {
		return nil, fmt.Errorf("the script has no function %s", scenario.Phase)
	}
	job := &phaseJob{node: n, phase: scenario.Phase, timeout: plan.PhaseTimeout([]plan.Scenario{*scenario}), user: user, session: browserpool.SessionOptions{
		Recorder: liveload.Discard{}, Pages: labels, Context: scenario.Context, Block: scenario.Block, AllowFileURLs: scenario.AllowFileURLs, OnConsole: n.console, Files: script.Files(), Space: n.Space,
	}}
	if n.Evidence != nil {
		store := n.Evidence(scenario.Name, shared)
		job.session.Save = func(name string, content func(io.Writer) error) (string, error) {
			path, done, err := store.Save(string(scenario.Phase), name, content)
			job.made.Add(done)
			return path, err
		}
	}
	if job.engine, err = n.Open(ctx, liveload.Discard{}); err != nil {
		user.Close()
		return nil, fmt.Errorf("prepare browsers: %w", err)
	}
	return job, nil
}

// A phaseTimeoutError says that a function took too long.
type phaseTimeoutError struct {
	phase plan.Phase
	after time.Duration
}

func (e *phaseTimeoutError) Error() string {
	return fmt.Sprintf("%s took longer than %v (a longer iterationTimeout is one for %s too)", e.phase, e.after, e.phase)
}

// Run implements Job.
func (j *phaseJob) Run(ctx context.Context, _ time.Time, drain <-chan struct{}, events chan<- Event) error {
	ctx, cancel := context.WithTimeoutCause(ctx, j.timeout, &phaseTimeoutError{j.phase, j.timeout})
	defer cancel()
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	ended := make(chan struct{})
	defer close(ended)
	go func() {
		select {
		case <-drain:
			stop(fmt.Errorf("%s was interrupted", j.phase))
		case <-ended:
		}
	}()
	returned, err := j.call(ctx)
	if err != nil {
		return failedPhase(j.phase, err)
	}
	events <- Event{Node: j.node.NodeName, Returned: returned}
	return nil
}

// failedPhase says in an error which function failed, also where only the script's error is shown.
func failedPhase(phase plan.Phase, err error) error {
	script, ok := errors.AsType[*scripterr.Error](err)
	if !ok {
		return fmt.Errorf("%s failed: %w", phase, err)
	}
	failed := *script
	failed.Name, failed.Message, failed.Step = "", fmt.Sprintf("%s failed: %s", phase, script.Title()), ""
	return &failed
}

func (j *phaseJob) call(ctx context.Context) (json.RawMessage, error) {
	session, err := j.engine.NewSession(ctx, j.session)
	if err != nil {
		return nil, fmt.Errorf("open a browser session for %s: %w", j.phase, err)
	}
	defer j.closeSession(ctx, session)
	value, err := j.user.RunOnce(ctx, session)
	if err != nil {
		return nil, err
	}
	returned, err := ordered.Text(value)
	if err == nil && len(returned) > MaxReturned {
		err = fmt.Errorf("%s returned %.1f MB of data, but every user gets it: %d MB are the most", j.phase, float64(len(returned))/(1<<20), MaxReturned>>20)
	}
	return json.RawMessage(returned), err
}

func (j *phaseJob) closeSession(ctx context.Context, session browserpool.Session) {
	closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), plan.SessionCloseTimeout)
	defer cancel()
	defer j.made.Release()
	if err := session.Close(closing); err != nil {
		j.node.Log.Debug("could not close a session", "phase", j.phase, "error", err)
	}
}

// Steer implements Job.
func (j *phaseJob) Steer(context.Context, string, plan.Command) error {
	return fmt.Errorf("%s runs, and no users do", j.phase)
}

// TakeOver implements Job.
func (j *phaseJob) TakeOver(context.Context, []plan.Takeover) error {
	return errors.New("a function that is called once has no load to take over")
}

// Close implements Job.
func (j *phaseJob) Close(ctx context.Context) error {
	j.user.Close()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), engineCloseTimeout)
	defer cancel()
	return j.engine.Close(ctx)
}
