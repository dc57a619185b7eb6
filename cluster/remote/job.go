package remote

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/liveload/liveload/cluster/shared"
	"github.com/liveload/liveload/cluster/wire"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/snapshotio"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
)

const (
	// closeTimeout is how long a worker may take to close its browsers.
	closeTimeout = 30 * time.Second
	// stopTimeout is how long one that was stopped may take to end its users, and to report what they did.
	stopTimeout = time.Minute
	checkTime   = time.Second
)

// A job is a batch on a worker. It implements node.Job.
type job struct {
	node     *Node
	number   int
	prepared chan *wire.Outcome
	closed   chan *wire.Outcome
	reports  chan report   // of Run
	running  chan struct{} // closed when the worker has heard that it is to run
	over     chan struct{} // closed when nobody reads reports any more
	overOnce sync.Once
	seq      int64                     // of the newest snapshot
	start    atomic.Pointer[time.Time] // nil before Run
	decoder  *snapshotio.Decoder
	shared   *shared.Server
}

func newJob(n *Node, batch []plan.Scenario, state node.Shared) (*job, error) {
	j := &job{node: n, number: int(n.jobs.Add(1)), prepared: make(chan *wire.Outcome, 1), closed: make(chan *wire.Outcome, 1),
		reports: make(chan report), running: make(chan struct{}), over: make(chan struct{})}
	var scenarios []string
	for _, s := range batch {
		scenarios = append(scenarios, s.Name)
	}
	j.decoder = snapshotio.NewDecoder(n.name, scenarios...)
	gate := n.hub.Gate
	var err error
	j.shared, err = shared.Serve(gate.Conn(), gate.Run().Channel(n.instance, j.number), state, n.hub.Log.With("node", n.name))
	return j, err
}

// end takes back what the worker holds of what is shared, and reads no more of its reports.
func (j *job) end() {
	j.overOnce.Do(func() {
		close(j.over)
		_ = j.shared.Close() // the connection may be closed
	})
}

// ahead is how far a snapshot is ahead of the run, which would end the seconds of all other nodes too early.
func (j *job) ahead(s *metrics.Snapshot) time.Duration {
	start := j.start.Load()
	if start == nil {
		return 0
	}
	return s.To.Sub(s.Start) - time.Since(*start)
}

// take takes what the worker reports, and says whether it counts. It waits while Run is behind, and so does the worker.
func (j *job) take(r report) bool {
	switch {
	case r.prepared != nil:
		offer(j.prepared, r.prepared)
	case r.closed != nil:
		offer(j.closed, r.closed)
	default:
		if r.Snapshot != nil { // the worker may have merged some
			j.seq++
			r.Snapshot.Seq = j.seq
		}
		select {
		case j.reports <- r:
		case <-j.over:
			return false
		}
	}
	return true
}

func offer(to chan *wire.Outcome, outcome *wire.Outcome) {
	select {
	case to <- outcome:
	default: // there is one already
	}
}

// wait waits for an outcome, as long as the worker gives signs of life.
func (j *job) wait(ctx context.Context, outcomes chan *wire.Outcome) error {
	for {
		select {
		case outcome := <-outcomes:
			return outcome.Error.Err()
		default:
		}
		if j.node.isSilent() {
			return j.node.errSilent()
		}
		select {
		case outcome := <-outcomes:
			return outcome.Error.Err()
		case <-j.node.gone:
			return j.node.errGone()
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(checkTime):
		}
	}
}

// Run implements node.Job. A worker that is stopped because it is silent may come back: it is told then, and what it did
// until then is reported. That is waited for until the run drains, which ends the run for all.
func (j *job) Run(ctx context.Context, start time.Time, drain <-chan struct{}, events chan<- node.Event) error {
	defer j.end()
	telling, enough := context.WithCancel(context.WithoutCancel(ctx))
	var told sync.WaitGroup
	defer told.Wait()
	defer enough()
	j.start.Store(&start)
	tell := func(kind string) { told.Go(func() { j.tell(telling, kind) }) }
	if _, err := j.node.order(ctx, wire.RunJob, j.number, wire.Start{At: start.Add(j.node.Offset())}); err != nil {
		return err
	}
	close(j.running)
	stop := ctx.Done()
	check := time.NewTicker(checkTime)
	defer check.Stop()
	var stuck <-chan time.Time
	for {
		if stop == nil && drain == nil && stuck == nil {
			stuck = time.After(stopTimeout)
		}
		select {
		case <-stuck:
			return fmt.Errorf("it has not stopped within %v", stopTimeout)
		case r := <-j.reports:
			if r.done != nil {
				return r.done.Error.Err()
			}
			events <- r.Event
		case <-drain:
			drain = nil
			tell(wire.DrainJob)
		case <-stop:
			stop = nil
			tell(wire.StopJob)
		case <-j.node.gone:
			return j.node.errGone()
		case <-check.C:
			if stop == nil && drain == nil && j.node.isSilent() { // until then the fleet decides
				return j.node.errSilent()
			}
		}
	}
}

// tell tells the worker something, again and again until it hears.
func (j *job) tell(ctx context.Context, kind string) {
	for ctx.Err() == nil {
		_, err := j.node.order(ctx, kind, j.number, nil)
		if _, silent := errors.AsType[*silentError](err); silent {
			continue
		}
		if err != nil && ctx.Err() == nil {
			j.node.hub.Log.Warn("a node does not obey", "node", j.node.name, "order", kind, "error", err)
		}
		return
	}
}

// Steer implements node.Job.
func (j *job) Steer(ctx context.Context, scenario string, cmd plan.Command) error {
	_, err := j.node.order(ctx, wire.SteerJob, j.number, wire.Steer{Scenario: scenario, Command: cmd})
	return err
}

// TakeOver implements node.Job.
func (j *job) TakeOver(ctx context.Context, parts []plan.Takeover) error {
	select {
	case <-j.running:
	case <-j.node.gone:
		return j.node.errGone()
	case <-j.over:
		return errors.New("its job has ended")
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	_, err := j.node.order(ctx, wire.TakeOver, j.number, parts)
	return err
}

// Close implements node.Job.
func (j *job) Close(ctx context.Context) error {
	j.end()
	ctx, cancel := context.WithTimeoutCause(context.WithoutCancel(ctx), closeTimeout, fmt.Errorf("it took longer than %v", closeTimeout))
	defer cancel()
	if _, err := j.node.order(ctx, wire.CloseJob, j.number, nil); err != nil {
		return err
	}
	return j.wait(ctx, j.closed)
}
