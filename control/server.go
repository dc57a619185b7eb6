// Package control lets other processes of the same user watch and change a run: a server in the run's
// folder, and the client that asks it. It owns the protocol, JSON over HTTP on a Unix socket; what a
// command does to a scenario is decided in package cluster, and which runs there are in package rundir.
package control

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"
)

// Every wait of the server has an end.
const (
	readTimeout  = 5 * time.Second
	writeTimeout = 10 * time.Second
	idleTimeout  = 30 * time.Second
	maxHeader    = 8 << 10
)

// A Server listens until Close.
type Server struct {
	http   *http.Server
	path   string
	served chan error // the error that ended it
}

// Serve starts to listen in the folder of a run, which only its user can enter. The caller closes the
// server.
func Serve(folder string, run Run, log *slog.Logger) (*Server, error) {
	var listener *net.UnixListener
	err := reach(folder, func(path string) (err error) {
		listener, err = net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("listen for commands in %s: %w", folder, err)
	}
	listener.SetUnlinkOnClose(false) // its path may be a symbolic link that is gone by then
	s := &Server{path: Socket(folder), served: make(chan error, 1), http: &http.Server{
		Handler: Handler(run), ReadTimeout: readTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout,
		MaxHeaderBytes: maxHeader, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}}
	if err := os.Chmod(s.path, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("keep the socket to its user: %w", err), listener.Close(), s.unlink())
	}
	go func() { s.served <- s.http.Serve(listener) }()
	return s, nil
}

// Close waits for running requests until ctx is over, and removes the socket. It is called once.
func (s *Server) Close(ctx context.Context) error {
	err := s.http.Shutdown(ctx)
	if err != nil {
		err = errors.Join(fmt.Errorf("end listening for commands: %w", err), s.http.Close())
	}
	if ended := <-s.served; !errors.Is(ended, http.ErrServerClosed) {
		err = errors.Join(err, fmt.Errorf("listen for commands: %w", ended))
	}
	return errors.Join(err, s.unlink())
}

func (s *Server) unlink() error {
	if err := os.Remove(s.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove socket: %w", err)
	}
	return nil
}
