package remote

import (
	"context"
	"time"

	"github.com/nats-io/nats.go"
)

// crowdTime is how often the subscriptions of workers are counted.
const crowdTime = time.Second

// countSubscriptions expels workers that fill the memory of the controller with subscriptions, until ctx is over.
func (h *Hub) countSubscriptions(ctx context.Context) {
	tick := time.NewTicker(crowdTime)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			for _, instance := range h.Gate.Crowded() {
				h.expel(instance, crowding)
			}
		}
	}
}

// expel ends a worker that does what it must not, whether it has joined or not.
func (h *Hub) expel(instance, why string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if n := h.joined(instance); n != nil {
		go n.expel(why)
		return
	}
	h.Log.Warn("a worker is expelled", "instance", instance, "reason", why)
	h.Gate.Expel(instance)
}

// trouble takes what goes wrong on the connection besides calls: here it matters who floods the controller.
func (h *Hub) trouble(_ *nats.Conn, sub *nats.Subscription, err error) {
	if err != nats.ErrSlowConsumer || sub == nil {
		h.Log.Debug("connection to the workers", "error", err)
		return
	}
	instance := h.Gate.Run().Instance(sub.Subject)
	h.mu.Lock()
	defer h.mu.Unlock()
	switch n := h.joined(instance); {
	case n == nil:
	case sub == n.logs:
		h.Logs.Lost(n.name)
	default:
		go n.expel(flooding)
	}
}

// joined returns the node of an instance, nil when it has not joined. The caller holds the lock.
func (h *Hub) joined(instance string) *Node {
	for _, n := range h.nodes {
		if n.instance == instance {
			return n
		}
	}
	return nil
}
