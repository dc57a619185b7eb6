package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/liveload/liveload/cluster/shared"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
)

// lastPatience is how long teardown may take in a run that was stopped: somebody waits at the keyboard.
const lastPatience = 20 * time.Second

// Setups call the functions setup and teardown of scripts, each once in a run. The zero value but for Log is ready. They are
// used by one goroutine.
type Setups struct {
	Log *slog.Logger

	scripts []*setScript
}

// A setScript is a script whose setup was called, or was not needed.
type setScript struct {
	path  string
	first plan.Scenario // any scenario of it, with the data
	err   error         // of setup
	ended bool          // teardown was called, or has nothing to do
}

// Begin calls setup of the batch's script on a node, unless that was done, and gives its data to the scenarios. The error is
// that of setup, also for later batches of the script.
func (s *Setups) Begin(ctx context.Context, n node.Node, batch []plan.Scenario, state *shared.Local, drain <-chan struct{}) error {
	i := slices.IndexFunc(s.scripts, func(known *setScript) bool { return known.path == batch[0].Script })
	if i < 0 {
		known := &setScript{path: batch[0].Script, first: batch[0]}
		known.first.IterationTimeout = plan.Duration(plan.PhaseTimeout(batch))
		if batch[0].Setup {
			s.Log.Info("calling setup", "script", batch[0].Script)
			known.first.Data, known.err = callOnce(ctx, n, known.first.Once(plan.Setup), state, drain)
		}
		i, s.scripts = len(s.scripts), append(s.scripts, known)
	}
	for at := range batch {
		batch[at].Data = s.scripts[i].first.Data
	}
	return s.scripts[i].err
}

// End calls teardown of all scripts whose setup succeeded, also in a run that was stopped: ctx is then over, and there is
// little time.
func (s *Setups) End(ctx context.Context, n node.Node, state *shared.Local) error {
	var errs []error
	for _, known := range slices.Backward(s.scripts) {
		if known.err != nil || known.ended || !known.first.Teardown {
			continue
		}
		known.ended = true
		s.Log.Info("calling teardown", "script", known.path)
		if err := lastly(ctx, func(ctx context.Context) error {
			_, err := callOnce(ctx, n, known.first.Once(plan.Teardown), state, nil)
			return err
		}); err != nil {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// lastly calls do with a context that goes on for a while after ctx is over.
func lastly(ctx context.Context, do func(context.Context) error) error {
	lasting, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cancel(nil)
	late := errors.New("the run was stopped, and it took longer than " + lastPatience.String())
	defer context.AfterFunc(ctx, func() {
		timer := time.AfterFunc(lastPatience, func() { cancel(late) })
		context.AfterFunc(lasting, func() { timer.Stop() })
	})()
	return do(lasting)
}

// callOnce has a node call a function, and returns the JSON of its value.
func callOnce(ctx context.Context, n node.Node, once plan.Scenario, state *shared.Local, drain <-chan struct{}) (returned json.RawMessage, err error) {
	job, err := n.Prepare(ctx, []plan.Scenario{once}, state)
	if err != nil {
		return nil, err
	}
	defer func() {
		if closeErr := job.Close(ctx); closeErr != nil && err == nil {
			err = fmt.Errorf("close the browsers: %w", closeErr)
		}
	}()
	events := make(chan node.Event)
	var failed error
	go func() {
		defer close(events)
		failed = job.Run(ctx, time.Now(), drain, events)
	}()
	for e := range events {
		if e.Returned != nil {
			returned = e.Returned
		}
	}
	return returned, failed
}
