package main

import (
	"io"
	"net"
	"net/http"
	"sync"
)

// What becomes of a destination after its first request.
const (
	refuses = "refuses"
	hangs   = "hangs"
)

// A dying destination takes one write, that which tries it before the users start.
type dying struct {
	listener net.Listener
	server   *http.Server
	release  chan struct{}

	mu   sync.Mutex
	dead bool
}

func startDying(how string) (*dying, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	d := &dying{listener: listener, release: make(chan struct{})}
	d.server = &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { d.serve(w, r, how) })}
	go func() { _ = d.server.Serve(listener) }() // until it is closed
	return d, nil
}

func (d *dying) serve(w http.ResponseWriter, r *http.Request, how string) {
	_, _ = io.Copy(io.Discard, r.Body)
	d.mu.Lock()
	first := !d.dead
	d.dead = true
	d.mu.Unlock()
	if !first {
		<-d.release
		return
	}
	w.Header().Set("Connection", "close")
	w.WriteHeader(http.StatusNoContent)
	if how == refuses {
		_ = d.listener.Close()
	}
}

func (d *dying) url() string { return "http://" + d.listener.Addr().String() }

func (d *dying) isDead() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.dead
}

func (d *dying) close() {
	close(d.release)
	_ = d.server.Close()
}
