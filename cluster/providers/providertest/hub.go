package providertest

import (
	"bufio"
	"encoding/json"
	"maps"
	"net"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
)

// A hello is what a worker of this package says when it joins.
type hello struct {
	Name   string
	Secret string
}

// A hub is where the workers of one test join. A worker keeps its connection for as long as it lives.
type hub struct {
	listener net.Listener
	secret   string
	done     sync.WaitGroup

	mu      sync.Mutex
	joined  map[string]net.Conn
	wrong   []string      // names that came twice at once or with another secret
	changed chan struct{} // closed and made anew at each change
}

func openHub(t *testing.T, address string) *hub {
	t.Helper()
	listener, err := net.Listen("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	h := &hub{listener: listener, secret: uuid.NewString(), joined: map[string]net.Conn{}, changed: make(chan struct{})}
	h.done.Go(h.accept)
	t.Cleanup(h.close)
	return h
}

// token is what a worker needs to join.
func (h *hub) token() string { return h.listener.Addr().String() + "/" + h.secret }

func (h *hub) accept() {
	for {
		conn, err := h.listener.Accept()
		if err != nil {
			return
		}
		h.done.Go(func() { h.serve(conn) })
	}
}

func (h *hub) serve(conn net.Conn) {
	defer conn.Close()
	in := bufio.NewReader(conn)
	line, err := in.ReadBytes('\n')
	if err != nil {
		return
	}
	var said hello
	err = json.Unmarshal(line, &said)
	h.change(func() {
		if err != nil || said.Secret != h.secret || h.joined[said.Name] != nil {
			h.wrong = append(h.wrong, said.Name)
		}
		h.joined[said.Name] = conn
	})
	in.ReadByte() // returns when the worker has ended
	h.change(func() { delete(h.joined, said.Name) })
}

func (h *hub) change(f func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	f()
	close(h.changed)
	h.changed = make(chan struct{})
}

// names are the workers that are here, sorted.
func (h *hub) names() ([]string, <-chan struct{}) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Sorted(maps.Keys(h.joined)), h.changed
}

// waitFor waits until exactly these workers are here.
func (h *hub) waitFor(t *testing.T, want ...string) {
	t.Helper()
	slices.Sort(want)
	patience := time.After(patience)
	for {
		names, changed := h.names()
		if slices.Equal(names, want) {
			break
		}
		select {
		case <-changed:
		case <-patience:
			t.Fatalf("workers that are here: %q, want %q", names, want)
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.wrong) > 0 {
		t.Fatalf("workers with another secret or a name that was taken: %q", h.wrong)
	}
}

// close ends the hub, which makes workers leave.
func (h *hub) close() {
	h.listener.Close()
	h.change(func() {
		for _, conn := range h.joined {
			conn.Close()
		}
	})
	h.done.Wait()
}
