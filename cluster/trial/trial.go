// Package trial has a few users of a run iterate on one of its nodes before the run begins, and measures what they cost. What
// they measure counts nowhere.
package trial

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/liveload/liveload/cluster/fleet"
	"github.com/liveload/liveload/cluster/shared"
	"github.com/liveload/liveload/cluster/sizing"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
)

const (
	// mostUsers is enough to see what one more takes.
	mostUsers = 10
	// busyEnough is the share of the processors that they may take: where users wait for each other, they seem to cost less.
	busyEnough = 0.6
	// settle is left out at the beginning, when browsers are cold.
	settle = time.Second
)

// Options say how a trial is done.
type Options struct {
	For   time.Duration // how long users begin iterations, in two loads; the last ones of each may take as long again
	Lead  time.Duration // how far ahead of its start a load is sent
	Cores float64       // of the node
	// Once says which sequences number what the application can see only once, such as unique rows of data.
	Once func(sequence string) bool
}

// A Trial is what was measured.
type Trial struct {
	Footprint sizing.Footprint // of a user, at its own pace
	Users     int              // at once, in the larger load

	Iterations  int64
	Failed      int64 // of them
	Interrupted int   // iterations at most, which took too long and are not among them

	Busy float64 // per cent of the processors in the quietest second of the smaller load, with whatever else the machine does
	Own  float64 // what of the processors that load took

	Rows  int64         // that can be taken only once, and were
	After *shared.Local // what the users of the run share that follows
}

// Run has users of a batch iterate, first one of each scenario, then as many as show what one more costs. Ids of users begin anew
// in the run that follows. Rows that can be taken only once stay taken, and throttles keep their pace.
func Run(ctx context.Context, n node.Node, batch []plan.Scenario, o Options) (Trial, error) {
	need := sizing.NeedOf(batch)
	state := &shared.Local{}
	small, err := measure(ctx, n, share(batch, 1), state, o)
	if err != nil {
		return Trial{}, err
	}
	readings := []reading{small}
	if more := share(batch, enough(need, small, o.Cores)); users(more) > small.users+1 {
		state = state.Anew(o.Once)
		large, err := measure(ctx, n, more, state, o)
		if err != nil {
			return Trial{}, err
		}
		readings = append(readings, large)
	}
	t := result(readings, o.Cores)
	t.Rows, t.After = state.Taken(o.Once), state.Anew(o.Once)
	return t, nil
}

// share returns the batch with so many users, at least one for each scenario, who iterate at their own pace.
func share(batch []plan.Scenario, of int) []plan.Scenario {
	all := max(1, sizing.NeedOf(batch).Users)
	few := make([]plan.Scenario, len(batch))
	for i, s := range batch {
		s.Users = max(1, of*s.Users/all)
		s.Trial, s.OnFailure, s.Duration = true, plan.Continue, plan.Duration(time.Hour) // measure ends it
		s.Stages, s.Rate, s.FindLimit, s.Thresholds = nil, nil, nil, nil
		s.PreStartedUsers, s.Iterations, s.IterationsPerUser, s.Controlled, s.RampUp, s.StartTime = 0, 0, 0, false, 0, 0
		few[i] = s
	}
	return few
}

func users(batch []plan.Scenario) (n int) {
	for _, s := range batch {
		n += s.Users
	}
	return n
}

// enough returns how many users leave the processors some time.
func enough(need sizing.Need, small reading, cores float64) int {
	most := min(mostUsers, need.Users)
	if cpu := small.userCPU(); cpu > 0 {
		most = min(most, int(busyEnough*cores/cpu))
	}
	return most
}

// measure runs a batch for half of the time.
func measure(ctx context.Context, n node.Node, batch []plan.Scenario, state *shared.Local, o Options) (r reading, err error) {
	job, err := prepare(ctx, n, batch, state)
	if err != nil {
		return r, fmt.Errorf("try a few users on node %s: %w", n.Names()[0], err)
	}
	defer func() { err = errors.Join(err, job.Close(ctx)) }()
	start, lasts := time.Now().Add(o.Lead), o.For/2
	bounded, stop := context.WithDeadline(ctx, start.Add(lasts+o.For))
	defer stop()
	drain := make(chan struct{})
	ending := time.AfterFunc(time.Until(start.Add(lasts)), func() { close(drain) })
	defer ending.Stop()
	events := make(chan node.Event, 4)
	var runErr error
	go func() {
		defer close(events)
		runErr = job.Run(bounded, start, drain, events)
	}()
	r.users = users(batch)
	for e := range events {
		if e.Snapshot != nil {
			r.add(e.Snapshot, lasts)
		}
	}
	r.interrupted = bounded.Err() != nil
	if runErr != nil && ctx.Err() == nil {
		return r, fmt.Errorf("try a few users on node %s: %w", n.Names()[0], runErr)
	}
	return r, context.Cause(ctx)
}

func prepare(ctx context.Context, n node.Node, batch []plan.Scenario, state *shared.Local) (node.Job, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, fleet.PrepareTimeout, fmt.Errorf("it took longer than %v to prepare", fleet.PrepareTimeout))
	defer cancel()
	return n.Prepare(ctx, batch, state)
}
