package main

import (
	"log/slog"
	"net"
	"net/http/httptest"

	"github.com/liveload/liveload/browserpool/installation"
	"github.com/liveload/liveload/examples/demo"
)

// address is the same for all runs, since a Result says which one was tested.
const address = "127.0.0.1:47311"

// An application is a demo that serves.
type application struct {
	url   string
	close func()
}

func startDemo() (application, error) {
	inst, err := installation.Here()
	if err != nil {
		return application{}, err
	}
	app, err := demo.New(demo.Options{ClientDir: inst.DemoClientDir, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return application{}, err
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		app.Close()
		return application{}, err
	}
	server := httptest.NewUnstartedServer(app.Handler())
	server.Listener.Close()
	server.Listener = listener
	server.Start()
	return application{server.URL, func() { app.Close(); server.Close() }}, nil
}
