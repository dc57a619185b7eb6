// Package remote is the controller's side of a cluster: workers arrive at its Hub, and each is a Node that runs jobs
// elsewhere. How workers connect is package broker's business, and how many nodes run one load is package fleet's.
package remote

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/liveload/liveload/cluster/fleet"
	"github.com/liveload/liveload/cluster/upload"
	"github.com/liveload/liveload/cluster/wire"
	"github.com/liveload/liveload/cluster/workerlog"
)

const (
	// One that sends more than this many messages before they are read floods the controller.
	mostPending      = 1024
	mostPendingBytes = 32 << 20
	// flushTime is how long the server may take to know who waits for workers.
	flushTime = 10 * time.Second
)

// A Gate is what the Hub needs of the broker.
type Gate interface {
	Conn() *nats.Conn
	Run() wire.Run
	Proves(instance, proof string) bool
	Expel(instance string)
	// Crowded returns the instances that have more subscriptions than a worker needs.
	Crowded() []string
}

// Options say what workers get when they arrive.
type Options struct {
	Gate     Gate
	RunID    string          // "" is that of the Gate, which may serve several runs, one after the other
	Version  string          // of liveload, which workers must have too
	Settings json.RawMessage // for whoever makes the node of a worker
	Contents *Contents
	Evidence *upload.Folder      // takes the files that workers keep
	Logs     *workerlog.Receiver // takes what workers log; nil for nothing
	// Silence is how long a worker may give no sign of life before it counts as gone, and how long it waits for a
	// controller that gives none; 0 is fleet.Silence.
	Silence time.Duration
	Log     *slog.Logger
}

// A Hub is where the workers of a run arrive. Safe for concurrent use.
type Hub struct {
	Options
	joins *nats.Subscription

	gathered atomic.Int64 // nodes of the run
	stop     func()       // ends the counting of subscriptions; may be called again
	partials partials

	mu      sync.Mutex
	nodes   []*Node          // in the order of their arrival
	left    []*Node          // that were told to leave
	without map[string]bool  // names that are refused
	ended   map[string]error // machines that have ended before they joined, and why
	refused []string
	doubts  map[string]int // messages about joining that came to nothing, by instance
	changed chan struct{}  // closed when the above changes
	closed  bool
}

// Open lets workers arrive. The caller closes the Hub.
func Open(o Options) (*Hub, error) {
	o.Silence = cmp.Or(o.Silence, fleet.Silence)
	o.RunID = cmp.Or(o.RunID, string(o.Gate.Run()))
	h := &Hub{Options: o, doubts: map[string]int{}, without: map[string]bool{}, ended: map[string]error{}, changed: make(chan struct{})}
	o.Gate.Conn().SetErrorHandler(h.trouble)
	var err error
	if h.joins, err = o.Gate.Conn().Subscribe(o.Gate.Run().From("*", wire.Join), h.join); err != nil {
		return nil, fmt.Errorf("wait for workers: %w", err)
	}
	if err := o.Gate.Conn().FlushTimeout(flushTime); err != nil { // a worker that joins now must find somebody who answers
		_ = h.joins.Unsubscribe() // the connection may be closed
		return nil, fmt.Errorf("wait for workers: %w", err)
	}
	counting, stop := context.WithCancel(context.Background())
	over := make(chan struct{})
	go func() {
		defer close(over)
		h.countSubscriptions(counting)
	}()
	h.stop = func() { stop(); <-over }
	return h, nil
}

// Gather waits until n workers have joined and answers with the first n. It calls told with the names of those that have
// joined each time that there are more. When ctx is over, the error says how many are missing, and why some were refused.
func (h *Hub) Gather(ctx context.Context, n int, told func(joined []string)) ([]*Node, error) {
	for {
		h.mu.Lock()
		nodes, refused, changed := slices.Clone(h.nodes), slices.Clone(h.refused), h.changed
		h.mu.Unlock()
		told(names(nodes))
		if len(nodes) >= n {
			h.gathered.Store(int64(n))
			return nodes[:n], nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, missing(ctx, n, names(nodes), refused)
		}
	}
}

func missing(ctx context.Context, wanted int, joined, refused []string) error {
	text := fmt.Sprintf("%d of %d workers have joined", len(joined), wanted)
	if len(joined) > 0 {
		text += " (" + strings.Join(joined, ", ") + ")"
	}
	if len(refused) > 0 {
		text += "; refused: " + strings.Join(refused, "; ")
	}
	return fmt.Errorf("%s: %w", text, context.Cause(ctx))
}

func names(nodes []*Node) (all []string) {
	for _, n := range nodes {
		all = append(all, n.name)
	}
	return all
}

// Joined returns how many workers have joined, and may be more than anybody waits for.
func (h *Hub) Joined() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.nodes)
}

// Close tells all workers to leave and waits, until ctx is over, for those that are there. It may be called again.
func (h *Hub) Close(ctx context.Context) {
	h.mu.Lock()
	nodes := h.nodes
	h.nodes, h.left, h.closed = nil, append(h.left, nodes...), true
	h.mu.Unlock()
	_ = h.joins.Unsubscribe() // the connection may be closed
	h.stop()
	var leaving sync.WaitGroup
	for _, n := range nodes {
		leaving.Go(func() { n.leave(ctx) })
	}
	leaving.Wait()
}

// answer answers a request. A worker that gets no answer asks again.
func answer(msg *nats.Msg, value any) {
	packed, err := json.Marshal(value)
	if err != nil {
		panic(err) // our own types
	}
	_ = msg.Respond(packed)
}

// Exclude refuses workers of these names from now on, but for those that have joined already. It returns which they are.
func (h *Hub) Exclude(names []string) (excluded []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, name := range names {
		if !slices.ContainsFunc(h.nodes, func(n *Node) bool { return n.name == name }) {
			h.without[name] = true
			excluded = append(excluded, name)
		}
	}
	return excluded
}

// Await waits until the worker of a machine has joined.
func (h *Hub) Await(ctx context.Context, machine string) (*Node, error) {
	for {
		h.mu.Lock()
		i := slices.IndexFunc(h.nodes, func(n *Node) bool { return n.name == machine })
		if i >= 0 {
			defer h.mu.Unlock()
			return h.nodes[i], nil
		}
		why, changed := h.ended[machine], h.changed
		h.mu.Unlock()
		if why != nil {
			return nil, fmt.Errorf("%s did not join: %w", machine, why)
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, fmt.Errorf("%s did not join: %w", machine, context.Cause(ctx))
		}
	}
}

// Expect says how many nodes the run has in all, when they come and go: each knows it, for what it keeps.
func (h *Hub) Expect(nodes int) { h.gathered.Store(int64(nodes)) }

// Release tells a worker to leave while the run goes on, and waits until it has heard it or ctx is over.
func (h *Hub) Release(ctx context.Context, name string) {
	h.mu.Lock()
	i := slices.IndexFunc(h.nodes, func(n *Node) bool { return n.name == name })
	if i < 0 {
		h.mu.Unlock()
		return
	}
	n := h.nodes[i]
	h.nodes, h.left = slices.Delete(h.nodes, i, i+1), append(h.left, n)
	h.mu.Unlock()
	n.leave(ctx)
}

// Gone tells that the machine of a worker has ended. Its node, if it has joined, fails at once instead of being waited for.
func (h *Hub) Gone(name string, why error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, n := range h.nodes {
		if n.name == name {
			n.lose(why.Error())
			return
		}
	}
	h.ended[name] = why
	close(h.changed)
	h.changed = make(chan struct{})
}
