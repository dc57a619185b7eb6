// Package worker is a worker's side of a cluster: it joins a run, obeys the controller with a node of this machine, and
// reports. How that node carries users is package node's business; who makes it is the caller's.
package worker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/liveload/liveload/cluster/broker"
	"github.com/liveload/liveload/cluster/wire"
	"github.com/liveload/liveload/cluster/workerlog"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan/files"
)

// An Assignment is what the controller says about the node that it wants.
type Assignment struct {
	RunID    string
	Name     string          // of the node
	Settings json.RawMessage // as the controller's caller gave them
	Files    files.Store     // what the scripts of the run read
	// Evidence sends a message of package upload. Its error says that the file is not wanted, or ctx over.
	Evidence func(ctx context.Context, message []byte) error
}

// A Machine is a node with what it needs, such as a folder. The worker closes it.
type Machine interface {
	node.Node
	Close(ctx context.Context) error
}

// Options say who joins which run.
type Options struct {
	Token     string
	Name      string // of the machine
	Version   string // of liveload
	Resources node.Resources
	// Make makes the node. It is called once, when the first job comes.
	Make func(ctx context.Context, a Assignment) (Machine, error)
	// Keep keeps the Results of this node when its controller is gone, or has given up the node before it had reported all,
	// and returns where; nil keeps nothing. The worker that has it merges what it measures itself, as the controller does.
	Keep func(results []metrics.Result) (path string, err error)
	// Logs sends what is logged to the controller; it may be nil.
	Logs *workerlog.Sender
	// Gone is closed when somebody knows that the controller has ended; it may be nil.
	Gone <-chan struct{}
	// Expired is closed when the worker has lasted as long as it may; it may be nil. The running iterations then finish.
	Expired <-chan struct{}
	Log     *slog.Logger
}

// A worker works for one run.
type worker struct {
	Options
	member  *broker.Membership
	welcome wire.Welcome
	outbox  *outbox
	heard   atomic.Int64  // when the controller gave its last sign of life, in nanoseconds since epoch
	alone   chan struct{} // closed when the controller is gone
	left    chan struct{}
	leave   sync.Once

	machine Machine // of the jobs, which come one after the other; nil before the first one
	busy    sync.WaitGroup

	mu      sync.Mutex
	job     *job                   // the newest; nil before the first one
	answers map[uint64]wire.Answer // to the last orders
	ended   bool                   // no more orders are taken
	leaving bool                   // the controller said that the run is over

	records []*record // of the jobs that have run
}

// Run joins a run and works until the controller says that it is over, or is gone, or the worker's lifetime is over.
// Cancelling ctx leaves at once.
func Run(ctx context.Context, o Options) error {
	token, err := broker.ParseToken(o.Token)
	if err != nil {
		return err
	}
	w := &worker{Options: o, alone: make(chan struct{}), left: make(chan struct{}), answers: map[uint64]wire.Answer{}}
	joining, release := w.live(ctx)
	defer release()
	if w.member, err = w.arrive(joining, token); err != nil {
		if errors.Is(context.Cause(joining), errExpired) {
			return errExpired
		}
		return err
	}
	defer w.member.Conn.Close()
	if err := w.join(joining); err != nil {
		return err
	}
	return w.work(ctx)
}

// work obeys the controller until it says that the run is over.
func (w *worker) work(ctx context.Context) error {
	w.outbox = newOutbox(w.missed)
	orders, err := w.member.Conn.Subscribe(w.member.Run.To(w.member.Instance, wire.Orders), w.order)
	if err != nil {
		return fmt.Errorf("hear the controller: %w", err)
	}
	sending, enough := context.WithCancel(context.WithoutCancel(ctx))
	var background sync.WaitGroup
	background.Go(func() {
		if err := w.outbox.send(sending, w.member.Run.From(w.member.Instance, wire.Events), w.ask, w.lost); err != nil && sending.Err() == nil {
			w.Log.Error("cannot report to the controller", "error", err)
		}
	})
	background.Go(func() { w.stayAlive(sending) })
	if w.Logs != nil {
		background.Go(func() {
			w.Logs.Run(sending, func(records []byte) error { return w.member.Conn.PublishMsg(w.from(wire.Log, records)) })
		})
	}
	err = w.wait(ctx)
	_ = orders.Unsubscribe() // the connection may be closed
	switch {
	case errors.Is(err, errGone):
		close(w.alone)
		enough()
		background.Wait()
		err = w.orphaned(ctx)
	case errors.Is(err, errExpired):
		w.retire(ctx)
	}
	w.end(err)
	if err != nil && !errors.Is(err, errGone) { // else the controller wants nothing more, or is not there
		w.outbox.flush(askTime)
	}
	err = errors.Join(err, w.close())
	enough()
	background.Wait()
	if !errors.Is(err, errGone) {
		err = errors.Join(err, w.keepMissed())
	}
	_ = w.member.Conn.FlushTimeout(askTime) // the last log records, if there is a controller
	return err
}

// wait waits until the controller says that the run is over, which is no error, or is gone, or ctx is over.
func (w *worker) wait(ctx context.Context) error {
	check := time.NewTicker(aliveTime / 2)
	defer check.Stop()
	for last := time.Now(); ; {
		select {
		case <-w.left:
			return nil
		case <-ctx.Done():
			if w.isLeaving() {
				return nil
			}
			return context.Cause(ctx)
		case <-w.Expired:
			return errExpired
		case <-w.Gone:
			if w.isLeaving() { // the controller ends machines as soon as it has the answer
				return nil
			}
			return errGone
		case <-check.C:
			now := time.Now() // a ticker says when it should have ticked
			if now.Sub(last) > aliveTime {
				w.hear() // this process stood still, and could not hear
			}
			last = now
			if w.silence() > w.welcome.Grace {
				return errGone
			}
		}
	}
}

func (w *worker) isLeaving() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.leaving
}

// errEnded is why a job fails whose worker ends before the run is over.
var errEnded error = &node.GoneError{Cause: errors.New("its worker was told to end before the run was over")}

// end takes no more orders, and ends the job, which fails if there is a reason for that.
func (w *worker) end(why error) {
	w.mu.Lock()
	w.ended = true
	job := w.job
	w.mu.Unlock()
	if job != nil {
		if why != nil {
			job.abandon(errEnded)
		}
		job.end()
	}
	w.busy.Wait()
}

// close closes the machine, after the last job.
func (w *worker) close() error {
	if w.machine == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), closeTimeout)
	defer cancel()
	return w.machine.Close(ctx)
}

// lost stops a job of which a snapshot cannot be sent, since its numbers are not complete any more.
func (w *worker) lost(number int, err error) {
	w.Log.Error("what was measured cannot be sent to the controller, and the job fails", "error", err)
	w.mu.Lock()
	job := w.job
	w.mu.Unlock()
	if job != nil && job.number == number {
		job.stopNow()
	}
}
