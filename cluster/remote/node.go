package remote

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/liveload/liveload/cluster/upload"
	"github.com/liveload/liveload/cluster/wire"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
)

const (
	// leaveTime is how long a worker is told that the run is over.
	leaveTime = 3 * time.Second
	// mostJunk is how many messages of a worker may be unreadable.
	mostJunk = 10
	// mostNeedless is how many may say nothing new within needlessTime. A worker that does its work sends some ten.
	mostNeedless = 1000
	needlessTime = 10 * time.Second
)

// A Node is a worker that has joined. It implements node.Node.
type Node struct {
	hub      *Hub
	instance string
	name     string
	machine  node.Resources
	subs     []*nats.Subscription
	logs     *nats.Subscription // lasts until the worker has ended; nil for none
	orders   atomic.Uint64      // given so far
	jobs     atomic.Int64
	heard    atomic.Int64 // when it gave its last sign of life, in nanoseconds since epoch
	offset   atomic.Int64 // of its clock to ours, in nanoseconds
	inbox    inbox
	idle     atomic.Int64 // messages that said nothing new, since idleFrom
	idleFrom atomic.Int64 // nanoseconds since epoch

	gone     chan struct{} // closed when it is certain that nothing comes any more
	whyGone  string
	goneOnce sync.Once
}

// epoch is a moment of this process's monotonic clock.
var epoch = time.Now()

func newNode(h *Hub, instance, name string, machine node.Resources) (*Node, error) {
	n := &Node{hub: h, instance: instance, name: name, machine: machine, gone: make(chan struct{})}
	n.hear()
	if err := n.subscribe(); err != nil {
		n.forget()
		n.forgetLogs()
		return nil, err
	}
	return n, nil
}

// subscribe has the node take what the worker sends.
func (n *Node) subscribe() error {
	for topic, handle := range map[string]nats.MsgHandler{wire.Events: n.event, wire.Alive: n.alive, wire.Content: n.content, wire.Evidence: n.evidence} {
		sub, err := n.hub.Gate.Conn().Subscribe(n.hub.Gate.Run().From(n.instance, topic), handle)
		if err == nil {
			n.subs = append(n.subs, sub)
			err = sub.SetPendingLimits(mostPending, mostPendingBytes)
		}
		if err != nil {
			return fmt.Errorf("hear node %s: %w", n.name, err)
		}
	}
	return n.hearLogs()
}

// Names implements node.Node.
func (n *Node) Names() []string { return []string{n.name} }

// Instance is the worker's own id.
func (n *Node) Instance() string { return n.instance }

// Resources are what the worker's machine had when it joined.
func (n *Node) Resources() node.Resources { return n.machine }

// Offset is how far the worker's clock is ahead of ours, as measured last.
func (n *Node) Offset() time.Duration { return time.Duration(n.offset.Load()) }

// Prepare implements node.Node.
func (n *Node) Prepare(ctx context.Context, batch []plan.Scenario, shared node.Shared) (node.Job, error) {
	if err := n.readClock(ctx); err != nil {
		return nil, err
	}
	order, err := n.hub.Contents.prepare(batch)
	if err != nil {
		return nil, err
	}
	order.Nodes = int(n.hub.gathered.Load())
	j, err := newJob(n, batch, shared)
	if err != nil {
		return nil, err
	}
	n.inbox.set(j)
	if _, err := n.order(ctx, wire.PrepareJob, j.number, order); err != nil {
		j.end()
		return nil, err
	}
	err = j.wait(ctx, j.prepared)
	if _, gone := errors.AsType[*node.GoneError](err); gone { // nobody is there to close anything
		j.end()
		return nil, err
	}
	if err != nil {
		return nil, errors.Join(err, j.Close(ctx))
	}
	return j, nil
}

func (n *Node) hear() { n.heard.Store(int64(time.Since(epoch))) }

func (n *Node) silence() time.Duration { return time.Since(epoch) - time.Duration(n.heard.Load()) }

func (n *Node) isSilent() bool { return n.silence() > n.hub.Silence }

func (n *Node) errSilent() error { return &node.GoneError{Cause: &silentError{n.silence()}} }

// errGone is for who has seen that gone is closed.
func (n *Node) errGone() error { return &node.GoneError{Cause: errors.New(n.whyGone)} }

// A silentError is about a worker that gives no signs of life.
type silentError struct{ silence time.Duration }

func (e *silentError) Error() string {
	return fmt.Sprintf("no sign of life for %v", e.silence.Round(time.Second))
}

// needless counts messages that say nothing new, of which a few are normal.
func (n *Node) needless() {
	if now := int64(time.Since(epoch)); now-n.idleFrom.Load() > int64(needlessTime) {
		n.idleFrom.Store(now)
		n.idle.Store(0)
	}
	if n.idle.Add(1) == mostNeedless {
		go n.expel(flooding)
	}
}

// Why workers are expelled.
const (
	flooding   = "it floods the controller with messages"
	unreadable = "it sends what nobody can read"
	crowding   = "it makes more subscriptions than a worker needs"
)

// expel ends a worker that does what it must not.
func (n *Node) expel(why string) {
	n.hub.Log.Warn("a worker is expelled", "node", n.name, "reason", why)
	n.lose(why)
	n.forget()
	n.forgetLogs()
	n.hub.Gate.Expel(n.instance)
}

// lose has everything fail that waits for the worker.
func (n *Node) lose(why string) {
	n.goneOnce.Do(func() {
		n.whyGone = why
		close(n.gone)
		go n.inbox.end(n) // which may wait until its job has ended
	})
}

func (n *Node) forget() {
	for _, sub := range n.subs {
		_ = sub.Unsubscribe() // the connection may be closed
	}
}

// leave tells the worker to end. One that does not hear it ends by itself later, since it hears nothing any more.
func (n *Node) leave(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, leaveTime)
	defer cancel()
	if _, err := n.order(ctx, wire.Leave, 0, nil); err != nil {
		n.hub.Log.Debug("a worker did not hear that the run is over", "node", n.name, "error", err)
	}
	n.forget()
}

// alive answers a worker that asks whether the controller is there.
func (n *Node) alive(msg *nats.Msg) {
	n.hear()
	n.needless()
	_ = msg.Respond(nil)
}

// content answers a worker that asks for a part of a content.
func (n *Node) content(msg *nats.Msg) {
	n.hear()
	var request wire.ContentRequest
	if err := json.Unmarshal(msg.Data, &request); err != nil {
		n.inbox.refuse(n)
		return
	}
	answer := nats.NewMsg(msg.Reply)
	chunk, err := n.hub.Contents.chunk(request)
	if err != nil {
		answer.Header.Set(wire.HeaderError, err.Error())
	}
	answer.Data = chunk
	_ = msg.RespondMsg(answer)
}

// evidence takes a part of a file that the worker has kept.
func (n *Node) evidence(msg *nats.Msg) {
	n.hear()
	answer := nats.NewMsg(msg.Reply)
	switch err := n.hub.Evidence.Take(n.name, msg.Data); {
	case errors.Is(err, upload.ErrNotKept):
		answer.Header.Set(wire.HeaderFailed, err.Error())
	case err != nil:
		answer.Header.Set(wire.HeaderError, err.Error())
	}
	_ = msg.RespondMsg(answer)
}
