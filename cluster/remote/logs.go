package remote

import (
	"context"
	"fmt"

	"github.com/nats-io/nats.go"

	"github.com/liveload/liveload/cluster/wire"
)

// mostPendingLogs is how many messages with log records of a worker may wait. More are dropped.
const mostPendingLogs = 64

// hearLogs takes what the worker logs, if anybody wants it.
func (n *Node) hearLogs() (err error) {
	if n.hub.Logs == nil {
		return nil
	}
	n.logs, err = n.hub.Gate.Conn().Subscribe(n.hub.Gate.Run().From(n.instance, wire.Log), func(msg *nats.Msg) {
		if err := n.hub.Logs.Take(n.name, n.Offset(), msg.Data); err != nil {
			n.inbox.refuse(n)
		}
	})
	if err == nil {
		err = n.logs.SetPendingLimits(mostPendingLogs, mostPendingBytes)
	}
	if err != nil {
		return fmt.Errorf("hear the log of node %s: %w", n.name, err)
	}
	return nil
}

func (n *Node) forgetLogs() {
	if n.logs != nil {
		_ = n.logs.Unsubscribe() // the connection may be closed
	}
}

// Logged waits, until ctx is over, for what the workers have logged that have ended since Close.
func (h *Hub) Logged(ctx context.Context) {
	h.mu.Lock()
	nodes := h.left
	h.mu.Unlock()
	for _, n := range nodes {
		if n.logs == nil {
			continue
		}
		read := make(chan struct{})
		n.logs.SetClosedHandler(func(string) { close(read) })
		if n.logs.Drain() != nil { // it was forgotten, or the connection is closed
			continue
		}
		select {
		case <-read:
		case <-ctx.Done():
		}
	}
}
