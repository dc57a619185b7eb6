package remote

import (
	"log/slog"
	"testing"
)

// An expeller is a Gate that says whom it expels.
type expeller struct {
	Gate
	expelled chan string
}

func (e *expeller) Expel(instance string) { e.expelled <- instance }

// TestPartials: all workers together may send so much of events without their ends; then the one with the most is expelled.
func TestPartials(t *testing.T) {
	gate := &expeller{expelled: make(chan string, 3)}
	h := &Hub{Options: Options{Gate: gate, Log: slog.New(slog.DiscardHandler)}}
	node := func(instance string) *Node { return &Node{hub: h, instance: instance, gone: make(chan struct{})} }
	a, b, c := node("a"), node("b"), node("c")
	h.partials.keep(a, mostPartials/2)
	h.partials.drop(a)
	h.partials.keep(b, mostPartials-1)
	h.partials.keep(c, 1)
	h.partials.keep(a, 1)
	expelled := <-gate.expelled
	h.partials.mu.Lock()
	defer h.partials.mu.Unlock()
	if expelled != "b" || h.partials.total != 2 {
		t.Errorf("%s is expelled, and there are %d bytes", expelled, h.partials.total)
	}
}
