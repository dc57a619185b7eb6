package rig

import (
	"log/slog"
	"net"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/liveload/liveload/examples/demo"
)

// An App is a demo application of a test's own.
type App struct {
	*demo.Server
	URL string
}

// StartApp starts the demo. It ends with the test.
func StartApp(t *testing.T) *App {
	t.Helper()
	return StartAppAt(t, "127.0.0.1")
}

// StartAppAt starts the demo at an address of this machine, without a port.
func StartAppAt(t *testing.T, address string) *App {
	t.Helper()
	e, _ := shared()
	return startApp(t, e.clients, address)
}

// StartAppWith starts the demo with the JavaScript clients in a folder.
func StartAppWith(t *testing.T, clients string) *App {
	t.Helper()
	return startApp(t, clients, "127.0.0.1")
}

func startApp(t *testing.T, clients, address string) *App {
	t.Helper()
	listener, err := net.Listen("tcp", net.JoinHostPort(address, "0"))
	if err != nil {
		t.Fatal(err)
	}
	server, err := demo.New(demo.Options{ClientDir: clients, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewUnstartedServer(server.Handler())
	web.Listener.Close()
	web.Listener = listener
	web.Start()
	t.Cleanup(func() {
		server.Close()
		web.CloseClientConnections()
		web.Close()
	})
	return &App{Server: server, URL: web.URL}
}

// Settled returns what the demo has counted, once it knows that every browser is gone: its WebSockets are closed, and it
// has counted as many requests as were made. Long-poll sessions live on for a while, and their last polls may be lost.
func (a *App) Settled(t *testing.T, requests int64) demo.Stats {
	t.Helper()
	for began := time.Now(); ; time.Sleep(10 * time.Millisecond) { // the demo has no signal for it
		truth := a.Stats()
		polls := truth.Transports["longpoll"] > 0
		open, missing := truth.SocketsNow > 0 && !polls, truth.HTTPRequests.Total < requests
		waited := time.Since(began)
		if !open && !missing || polls && waited > 5*time.Second || waited > time.Minute {
			return truth
		}
	}
}

// WaitUntil asks again and again whether it is so, for two minutes at most. It is for what has no signal.
func WaitUntil(t *testing.T, what string, so func() bool) {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); !so(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited two minutes for %s", what)
		}
	}
}
