package remote

import (
	"encoding/json"
	"fmt"

	"github.com/nats-io/nats.go"

	"github.com/liveload/liveload/cluster/wire"
)

// join answers a worker that wants to join.
func (h *Hub) join(msg *nats.Msg) {
	instance := h.Gate.Run().Instance(msg.Subject)
	if h.isDoubted(instance) {
		return
	}
	var hello wire.Hello
	if err := json.Unmarshal(msg.Data, &hello); err != nil {
		h.doubt(instance)
		return
	}
	hello.Name, hello.Version = plain(hello.Name), plain(hello.Version)
	welcome := wire.Welcome{Grace: h.Silence}
	if why := h.refusal(instance, hello); why != "" {
		welcome = wire.Welcome{Refused: why}
	} else if node, err := h.admit(instance, hello); err != nil {
		welcome = wire.Welcome{Refused: err.Error()}
	} else {
		welcome.Name, welcome.RunID, welcome.Settings = node.name, h.RunID, h.Settings
		if h.Logs != nil {
			welcome.Logs = h.Logs.Levels()
		}
	}
	answer(msg, welcome)
}

// refusal says why a worker cannot join, "" when it can.
func (h *Hub) refusal(instance string, hello wire.Hello) string {
	why := ""
	switch {
	case hello.Protocol != wire.Protocol:
		why = fmt.Sprintf("the controller (liveload %s) speaks version %d of the cluster protocol, and the worker (liveload %s) version %d: use the same liveload on both",
			h.Version, wire.Protocol, hello.Version, hello.Protocol)
	case hello.Version != h.Version:
		why = fmt.Sprintf("the controller is liveload %s, and the worker liveload %s: use the same version on both", h.Version, hello.Version)
	case !h.Gate.Proves(instance, hello.Proof):
		why = "the worker's join token is not that of this run"
	}
	if why != "" {
		h.Log.Warn("a worker was refused", "worker", hello.Name, "reason", why)
		h.mu.Lock()
		h.refused = append(h.refused[max(0, len(h.refused)-9):], hello.Name+": "+why)
		h.mu.Unlock()
		h.doubt(instance)
	}
	return why
}

// doubt counts messages that come to nothing, and expels an instance that goes on sending them.
func (h *Hub) doubt(instance string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.doubts[instance]++
	if h.doubts[instance] != mostJunk {
		return
	}
	if n := h.joined(instance); n != nil {
		go n.expel(unreadable)
		return
	}
	h.Log.Warn("a worker is expelled", "instance", instance, "reason", "it asks to join again and again, and cannot")
	h.Gate.Expel(instance)
}

func (h *Hub) isDoubted(instance string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.doubts[instance] >= mostJunk
}

// admit makes the node of a worker, always the same one for the same instance.
func (h *Hub) admit(instance string, hello wire.Hello) (*Node, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return nil, fmt.Errorf("the run is over")
	}
	if n := h.joined(instance); n != nil {
		n.needless() // or the answer was lost
		return n, nil
	}
	if h.without[hello.Name] {
		return nil, fmt.Errorf("%s came too late, and another machine has taken its place", hello.Name)
	}
	node, err := newNode(h, instance, h.freeName(hello.Name), hello.Resources)
	if err != nil {
		return nil, err
	}
	h.nodes = append(h.nodes, node)
	close(h.changed)
	h.changed = make(chan struct{})
	return node, nil
}

// freeName numbers the names that are taken. The caller holds the lock.
func (h *Hub) freeName(wish string) string {
	taken := make(map[string]bool, len(h.nodes)) // a thousand workers may wish for the same one
	for _, n := range h.nodes {
		taken[n.name] = true
	}
	if wish == "" {
		wish = "node"
	}
	name := wish
	for n := 2; taken[name]; n++ {
		name = fmt.Sprintf("%s-%d", wish, n)
	}
	return name
}
