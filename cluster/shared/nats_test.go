package shared

import (
	"context"
	"log/slog"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"go.uber.org/goleak"

	"github.com/liveload/liveload/throttle"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func startNATS(t testing.TB) *server.Server {
	t.Helper()
	s, err := server.NewServer(&server.Options{Host: "127.0.0.1", Port: -1, NoSigs: true, NoLog: true})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	if !s.ReadyForConnections(time.Minute) {
		t.Fatal("the NATS server does not start")
	}
	return s
}

// A breakable dialer can cut its connection.
type breakable struct {
	mu   sync.Mutex
	conn net.Conn
	dial net.Dialer
}

func (b *breakable) Dial(network, address string) (net.Conn, error) {
	conn, err := b.dial.Dial(network, address)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.conn = conn
	return conn, err
}

func (b *breakable) cut() {
	b.mu.Lock()
	defer b.mu.Unlock()
	_ = b.conn.Close()
}

func dial(t testing.TB, s *server.Server) (*nats.Conn, *breakable) {
	t.Helper()
	dialer := &breakable{}
	conn, err := nats.Connect(s.ClientURL(), nats.SetCustomDialer(dialer), nats.MaxReconnects(-1), nats.ReconnectWait(5*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	return conn, dialer
}

// serve joins a worker over NATS.
func serve(t testing.TB, s *server.Server, controller *nats.Conn, name string, state State) (*Remote, *Server, *breakable) {
	t.Helper()
	conn, dialer := dial(t, s)
	channel := Channel{Requests: "from." + name, Answers: "to." + name, Job: 1}
	served, err := Serve(controller, channel, state, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if err := controller.Flush(); err != nil {
		t.Fatal(err)
	}
	remote, err := NewRemote(conn, channel)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := remote.Close(); err != nil {
			t.Error(err)
		}
		if err := served.Close(); err != nil {
			t.Error(err)
		}
	})
	return remote, served, dialer
}

// TestConnectionsCutWhileUsersWait: every user passes in the end, one at a time, and the slot is free afterwards.
func TestConnectionsCutWhileUsersWait(t *testing.T) {
	s := startNATS(t)
	controller, controllerDialer := dial(t, s)
	var l Local
	var all sync.WaitGroup
	var mu sync.Mutex
	var inside, passed int
	for _, name := range []string{"a", "b"} {
		remote, _, dialer := serve(t, s, controller, name, &l)
		set, err := remote.Throttles(t.Context(), "shop", []throttle.Definition{oneSlot})
		if err != nil {
			t.Fatal(err)
		}
		for user := range 30 {
			all.Go(func() {
				permit, err := throttle.Acquire(t.Context(), set, "pay")
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				if inside++; inside > 1 {
					t.Errorf("%d users are inside", inside)
				}
				passed++
				mu.Unlock()
				switch user {
				case 5, 15:
					dialer.cut()
				case 10:
					controllerDialer.cut()
				}
				mu.Lock()
				inside--
				mu.Unlock()
				permit.Release()
			})
		}
	}
	all.Wait()
	if passed != 60 {
		t.Errorf("%d of 60 users passed", passed)
	}
	set, err := l.Throttles(t.Context(), "shop", []throttle.Definition{oneSlot})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if _, err := throttle.Acquire(ctx, set, "pay"); err != nil {
		t.Errorf("the slot is lost: %v", err)
	}
}

// BenchmarkPermits is what a permit costs controller, NATS and worker together, with 100 users on each of 4 nodes.
func BenchmarkPermits(b *testing.B) {
	s := startNATS(b)
	controller, _ := dial(b, s)
	var l Local
	var sets []throttle.Set
	for _, name := range []string{"a", "b", "c", "d"} {
		remote, _, _ := serve(b, s, controller, name, &l)
		set, err := remote.Throttles(b.Context(), "shop", []throttle.Definition{{Name: "x", Kind: throttle.Parallelism, Limit: 1000}})
		if err != nil {
			b.Fatal(err)
		}
		sets = append(sets, set)
	}
	tickets := make(chan struct{}, b.N)
	for range b.N {
		tickets <- struct{}{}
	}
	close(tickets)
	b.ResetTimer()
	var all sync.WaitGroup
	for i := range 400 {
		all.Go(func() {
			for range tickets {
				permit, err := throttle.Acquire(b.Context(), sets[i%4], "x")
				if err != nil {
					b.Error(err)
					return
				}
				permit.Release()
			}
		})
	}
	all.Wait()
}
