package remote

import (
	"encoding/json"
	"log/slog"
	"strings"
	"testing"

	"github.com/nats-io/nats.go"

	"github.com/liveload/liveload/cluster/wire"
	"github.com/liveload/liveload/node"
)

// TestLargestReturned: the most that setup may return reaches the controller, and nothing much larger does.
func TestLargestReturned(t *testing.T) {
	n := &Node{hub: &Hub{Options: Options{Log: slog.New(slog.DiscardHandler)}}, name: "a", gone: make(chan struct{})}
	j := &job{node: n, number: 3, reports: make(chan report, 1), over: make(chan struct{})}
	n.inbox.set(j)
	value, err := json.Marshal(strings.Repeat("x", node.MaxReturned-2))
	if err != nil {
		t.Fatal(err)
	}
	event, err := json.Marshal(wire.Event{Job: j.number, Returned: value})
	if err != nil {
		t.Fatal(err)
	}
	seq := int64(0)
	send := func(data []byte, more bool) error {
		seq++
		msg := nats.NewMsg("events")
		msg.Data = data
		if more {
			msg.Header.Set(wire.HeaderMore, "yes")
		}
		_, err := n.inbox.take(n, seq, msg)
		return err
	}
	for len(event) > 0 {
		size := min(len(event), wire.ChunkSize)
		if err := send(event[:size], size < len(event)); err != nil {
			t.Fatal(err)
		}
		event = event[size:]
	}
	if got := <-j.reports; len(got.Returned) != node.MaxReturned {
		t.Errorf("%d bytes came, want %d", len(got.Returned), node.MaxReturned)
	}
	if err := send(make([]byte, mostEvent+1), true); err == nil {
		t.Error("a larger event was taken")
	}
}
