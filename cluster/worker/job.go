package worker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/liveload/liveload/cluster/shared"
	"github.com/liveload/liveload/cluster/wire"
	"github.com/liveload/liveload/metrics/snapshotio"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
)

// closeTimeout is how long browsers and folders may take to go away.
const closeTimeout = 20 * time.Second

// A job is a batch on this machine, as the controller orders it.
type job struct {
	worker *worker
	number int

	ready   chan struct{} // closed when it is prepared, or cannot be
	job     node.Job      // nil when it could not be prepared
	batch   []plan.Scenario
	nodes   int // of the run
	shared  *shared.Remote
	ran     chan struct{} // closed when Run has returned, if it was called
	running bool          // used by obey only
	drain   chan struct{}
	drained sync.Once
	stop    chan struct{}
	stopped sync.Once
	closing sync.Once
	closed  chan struct{}
	failed  atomic.Pointer[error] // why it does not do all that it should; nil when it does
}

// abandon has the job fail, when it ends.
func (j *job) abandon(why error) { j.failed.CompareAndSwap(nil, &why) }

func newJob(w *worker, number int) *job {
	return &job{worker: w, number: number, ready: make(chan struct{}), ran: make(chan struct{}), drain: make(chan struct{}), stop: make(chan struct{}), closed: make(chan struct{})}
}

// untilStopped returns a context that is over when the job is stopped, and what ends it before.
func (j *job) untilStopped() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		defer cancel()
		select {
		case <-j.stop:
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

func (j *job) stopNow() { j.stopped.Do(func() { close(j.stop) }) }

// obey obeys an order about the job. Only what is quick happens before it returns.
func (j *job) obey(order wire.Order) error {
	switch order.Kind {
	case wire.RunJob:
		return j.run(order)
	case wire.SteerJob:
		return j.steer(order)
	case wire.TakeOver:
		return j.takeOver(order)
	case wire.DrainJob:
		j.drained.Do(func() { close(j.drain) })
	case wire.StopJob:
		j.stopNow()
	case wire.CloseJob:
		j.worker.busy.Go(func() { j.report(wire.Event{Closed: &wire.Outcome{Error: wire.NewError(j.close())}}) })
	default:
		return fmt.Errorf("this worker does not know the order %q", order.Kind)
	}
	return nil
}

func (j *job) report(e wire.Event) {
	e.Job = j.number
	j.worker.outbox.put(item{event: e})
}

// run starts the users.
func (j *job) run(order wire.Order) error {
	var start wire.Start
	if err := json.Unmarshal(order.Body, &start); err != nil {
		return fmt.Errorf("read the order to run: %w", err)
	}
	if !j.isPrepared() || j.running {
		return errors.New("the job is not prepared, or runs already")
	}
	j.running = true
	j.worker.busy.Go(func() {
		defer close(j.ran)
		ctx, cancel := j.untilStopped()
		defer cancel()
		now := time.Now()
		j.follow(ctx, now.Add(start.At.Sub(now))) // a moment that stays where it is when this machine's clock is set
	})
	return nil
}

// follow runs the users and reports what they do.
func (j *job) follow(ctx context.Context, start time.Time) {
	events, encoder := make(chan node.Event, 4), snapshotio.NewEncoder()
	var err error
	go func() {
		defer close(events)
		err = j.job.Run(ctx, start, j.drain, events)
	}()
	record := j.record(start)
	defer record.end()
	for e := range events {
		switch {
		case e.Snapshot != nil:
			record.add(e.Snapshot)
			j.worker.outbox.put(item{job: j.number, snapshot: e.Snapshot, encoder: encoder})
		case e.Ended != "":
			j.report(wire.Event{Ended: e.Ended, Part: e.Part})
		case e.Returned != nil:
			j.report(wire.Event{Returned: e.Returned})
		}
	}
	if why := j.failed.Load(); why != nil && err == nil {
		err = *why
	}
	j.report(wire.Event{Done: &wire.Outcome{Error: wire.NewError(err)}}) // it was assigned before the close
}

func (j *job) steer(order wire.Order) error {
	var steer wire.Steer
	if err := json.Unmarshal(order.Body, &steer); err != nil {
		return fmt.Errorf("read the command: %w", err)
	}
	if !j.isPrepared() { // it may not run yet: a search for the limit begins with a command
		return fmt.Errorf("steer scenario %q: it is not prepared", steer.Scenario)
	}
	ctx, cancel := context.WithTimeout(context.Background(), askTime)
	defer cancel()
	return j.job.Steer(ctx, steer.Scenario, steer.Command)
}

// isPrepared says whether there is a node.Job.
func (j *job) isPrepared() bool {
	select {
	case <-j.ready:
		return j.job != nil
	default:
		return false
	}
}

func (j *job) takeOver(order wire.Order) error {
	var parts []plan.Takeover
	if err := json.Unmarshal(order.Body, &parts); err != nil {
		return fmt.Errorf("read what to take over: %w", err)
	}
	if !j.running {
		return errors.New("the job does not run now")
	}
	ctx, cancel := context.WithTimeout(context.Background(), askTime)
	defer cancel()
	return j.job.TakeOver(ctx, parts)
}

// close ends the job, if it runs, and what it has open. It is done once; everyone waits for it.
func (j *job) close() (err error) {
	j.closing.Do(func() {
		defer close(j.closed)
		j.stopNow()
		<-j.ready
		if j.job == nil {
			return
		}
		if j.running {
			<-j.ran
		}
		ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
		defer cancel()
		err = errors.Join(j.job.Close(ctx), j.shared.Close())
	})
	<-j.closed
	return err
}

// end closes the job before another one begins, or when the worker leaves.
func (j *job) end() {
	if err := j.close(); err != nil {
		j.worker.Log.Warn("could not close everything", "error", err)
	}
}
