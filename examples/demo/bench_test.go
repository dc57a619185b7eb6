package demo

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"sync"
	"testing"

	"golang.org/x/sync/errgroup"

	"github.com/liveload/liveload/examples/demo/liveview/liveviewtest"
)

// BenchmarkSockets joins 2,000 counters at once and has each handle one event per round. It
// reports the memory that a connected view costs, with the test client's share in it.
//
//	go test -run '^$' -bench Sockets -benchtime 5x ./examples/demo
func BenchmarkSockets(b *testing.B) {
	const users = 2000
	server := newServer(Options{}, newAssets())
	web := httptest.NewUnstartedServer(server.Handler())
	pipes := newPipeListener()
	web.Listener.Close()
	web.Listener = pipes
	web.Start()
	defer web.Close()
	defer server.Close()

	before := heap()
	views := joinAll(b, pipes, users)
	perSocket := float64(heap()-before) / users
	for b.Loop() {
		var group errgroup.Group
		group.SetLimit(64)
		for _, view := range views {
			group.Go(func() error {
				_, err := view.Click(b.Context(), "inc", nil)
				return err
			})
		}
		if err := group.Wait(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(perSocket, "B/socket")
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/users, "µs/event")
	if s := server.Stats(); s.Events["inc"] != int64(users*b.N) || s.SocketsNow != users {
		b.Errorf("%d events on %d sockets, want %d on %d", s.Events["inc"], s.SocketsNow, users*b.N, users)
	}
}

func joinAll(b *testing.B, pipes *pipeListener, users int) []*liveviewtest.View {
	views := make([]*liveviewtest.View, users)
	client := &http.Client{Transport: &http.Transport{DialContext: pipes.dial}}
	browser := &liveviewtest.Browser{HTTP: client, Base: "http://demo.test"}
	page, err := browser.Open(b.Context(), "/counter")
	if err != nil {
		b.Fatal(err)
	}
	var group errgroup.Group
	group.SetLimit(64)
	for i := range views {
		group.Go(func() error {
			socket, err := browser.Connect(b.Context(), "websocket")
			if err != nil {
				return err
			}
			views[i], _, err = socket.Join(b.Context(), page.Views[0], page.URL.String())
			return err
		})
	}
	if err := group.Wait(); err != nil {
		b.Fatal(err)
	}
	client.CloseIdleConnections()
	return views
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc + m.StackInuse
}

// A pipeListener connects within the process, so that the benchmark needs no file descriptors.
type pipeListener struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newPipeListener() *pipeListener {
	return &pipeListener{conns: make(chan net.Conn), closed: make(chan struct{})}
}

func (l *pipeListener) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case l.conns <- server:
		return client, nil
	case <-l.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case conn := <-l.conns:
		return conn, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *pipeListener) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }
