package dashboard

import (
	"io"
	"net"
	"sync"
	"testing"
)

// A relay is a way to a server that a test can cut and open again. The test uses it alone.
type relay struct {
	address, server string
	listener        net.Listener
	running         sync.WaitGroup

	mu    sync.Mutex
	conns []net.Conn
}

func (r *relay) open(t *testing.T) {
	t.Helper()
	var err error
	if r.listener, err = net.Listen("tcp", r.address); err != nil {
		t.Fatal(err)
	}
	r.running.Go(func() {
		for {
			client, err := r.listener.Accept()
			if err != nil {
				return
			}
			if server, err := net.Dial("tcp", r.server); err != nil {
				client.Close()
			} else {
				r.pass(client, server)
			}
		}
	})
}

func (r *relay) pass(a, b net.Conn) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.conns = append(r.conns, a, b)
	for _, way := range [][2]net.Conn{{a, b}, {b, a}} {
		r.running.Go(func() {
			_, _ = io.Copy(way[0], way[1])
			_ = way[0].Close()
		})
	}
}

func (r *relay) cut() {
	_ = r.listener.Close()
	r.mu.Lock()
	for _, c := range r.conns {
		_ = c.Close()
	}
	r.conns = nil
	r.mu.Unlock()
	r.running.Wait()
}
