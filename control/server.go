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
	mostHeader   = 8 << 10
)

// A Server listens until Close.
type Server struct {
	http   *http.Server
	path   string
	served chan error // what has ended it
}

// Serve begins to listen in the folder of a run, which only its user can enter. The caller closes the
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
	listener.SetUnlinkOnClose(false) // it may know the socket by a path that was there for a moment only
	s := &Server{path: Socket(folder), served: make(chan error, 1), http: &http.Server{
		Handler: Handler(run), ReadTimeout: readTimeout, WriteTimeout: writeTimeout, IdleTimeout: idleTimeout,
		MaxHeaderBytes: mostHeader, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}}
	if err := os.Chmod(s.path, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("keep the socket to its user: %w", err), listener.Close(), s.unlink())
	}
	go func() { s.served <- s.http.Serve(listener) }()
	return s, nil
}

// Close answers the requests that are under way until ctx is over, and takes the socket away. It is called
// once.
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
