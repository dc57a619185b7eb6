package node

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/runner"
)

// work is what a job does while it runs: its own part of the scenarios, and parts that it takes over.
type work struct {
	do func(run *runner.Run) error // returns when the users have ended

	mu      sync.Mutex
	over    bool // nothing more begins
	running sync.WaitGroup
	errs    []error
}

// begin begins to run parts of scenarios, unless the work is over.
func (w *work) begin(runs []*runner.Run) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.over {
		return errors.New("the batch has ended")
	}
	for _, run := range runs {
		w.running.Go(func() {
			err := w.do(run)
			w.mu.Lock()
			defer w.mu.Unlock()
			w.errs = append(w.errs, err)
		})
	}
	return nil
}

// end lets nothing more begin, and waits until everything has ended.
func (w *work) end() error {
	w.mu.Lock()
	w.over = true
	w.mu.Unlock()
	w.running.Wait()
	return errors.Join(w.errs...)
}

// TakeOver implements Job.
func (j *localJob) TakeOver(ctx context.Context, parts []plan.Takeover) error {
	select {
	case <-j.working:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	var runs []*runner.Run
	for _, part := range parts {
		s, err := j.scenario(part.Scenario)
		if err != nil {
			return fmt.Errorf("take over a part of scenario %q: %w", part.Scenario, err)
		}
		run := s.run
		run.Plan, run.Warm, run.Evidence = s.run.Plan.TakeOver(part), nil, s.run.Evidence.Of(part.Part)
		runs = append(runs, &run)
	}
	if err := j.work.begin(runs); err != nil {
		return fmt.Errorf("take over a part of the load: %w", err)
	}
	return nil
}

// scenario returns the scenario of a name.
func (j *localJob) scenario(name string) (*localScenario, error) {
	i := slices.IndexFunc(j.scenarios, func(s *localScenario) bool { return s.run.Plan.Name == name })
	if i < 0 {
		return nil, errors.New("it does not run now")
	}
	return j.scenarios[i], nil
}
