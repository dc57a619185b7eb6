package rig

import (
	"net"
	"sync"
	"testing"
)

// A Proxy is a network between clients and a server that a test can cut. Connections stay open meanwhile, as when a cable
// is pulled: nothing arrives, and what was sent arrives when the network is back.
type Proxy struct {
	Address string // for clients

	server  string
	mu      sync.Mutex
	conns   []net.Conn
	clients int           // that have connected
	whole   chan struct{} // closed while nothing is cut
	alone   chan struct{} // closed at the end, for who is cut off alone; nil when nobody is
	others  int           // clients that are not cut off, but for the first one
	ended   bool
}

// StartProxy starts a proxy to a server. It ends with the test.
func StartProxy(t *testing.T, server string) *Proxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{Address: listener.Addr().String(), server: server, whole: make(chan struct{})}
	close(p.whole)
	var running sync.WaitGroup
	running.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			running.Go(func() { p.connect(client) })
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		p.end()
		running.Wait()
	})
	return p
}

// Cut lets nothing through any more. It fails the test when nobody has come this way.
func (p *Proxy) Cut(t *testing.T) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.conns) == 0 {
		t.Fatal("nobody uses the network that is cut")
	}
	p.whole = make(chan struct{})
}

// CutOne cuts off the client that has come first, for good: what it tries then comes nowhere.
func (p *Proxy) CutOne(t *testing.T) {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.clients < 2 {
		t.Fatalf("%d clients use the network, of which one is to be cut off", p.clients)
	}
	p.alone, p.others = make(chan struct{}), p.clients
}

// Mend lets everything through again, also what has waited.
func (p *Proxy) Mend() {
	p.mu.Lock()
	defer p.mu.Unlock()
	close(p.whole)
}

func (p *Proxy) connect(client net.Conn) {
	number := p.come()
	<-p.now(number)
	server, err := net.Dial("tcp", p.server)
	if err != nil {
		_ = client.Close()
		return
	}
	if !p.keep(client, server) {
		return
	}
	var both sync.WaitGroup
	both.Go(func() { p.copy(server, client, number) })
	both.Go(func() { p.copy(client, server, number) })
	both.Wait()
}

// come numbers a client that connects.
func (p *Proxy) come() (number int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clients++
	return p.clients
}

// now returns what is closed while a client can send and receive.
func (p *Proxy) now(client int) chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.alone != nil && (client == 1 || client > p.others) {
		return p.alone
	}
	return p.whole
}

// keep remembers connections, and closes them when the proxy has ended.
func (p *Proxy) keep(conns ...net.Conn) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.conns = append(p.conns, conns...)
	if p.ended {
		for _, c := range conns {
			_ = c.Close()
		}
	}
	return !p.ended
}

// copy copies until one of the two ends, which ends the other.
func (p *Proxy) copy(to, from net.Conn, client int) {
	defer to.Close()
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		<-p.now(client)
		if n > 0 {
			if _, err := to.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

func (p *Proxy) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ended = true
	if p.alone != nil {
		close(p.alone)
	}
	select {
	case <-p.whole:
	default:
		close(p.whole)
	}
	for _, c := range p.conns {
		_ = c.Close()
	}
}
