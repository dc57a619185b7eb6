// Package dashboard is the sink that a person watches in a browser: it serves the page of package web, and streams to it what
// package report makes of the run so far. At the end the page has the report of the run.
//
// Who watches has a secret, which is a part of the printed address behind the #. Browsers send that part to nobody, and the page
// keeps it for its own tab and sends it as a header. So there is no cookie, which browsers would also send to what listens at
// other ports of this machine, such as the tested application, and no request of another site can carry it. Host, Origin and
// Sec-Fetch-Site are checked as well.
package dashboard

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/net/netutil"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/web"
)

const (
	// patience is how long a client may take for a request, or for reading the answer.
	patience = 10 * time.Second
	// farewell is how long the end of a run waits until pages have the report.
	farewell = 5 * time.Second
	// mostReaders is how many pages can be open at once.
	mostReaders = 16
	// mostConnections bounds what others on this machine can take from the run.
	mostConnections = 100
	maxHeader       = 8 << 10
)

// Options say where to serve, and for whom.
type Options struct {
	// Address is HOST:PORT?cert=FILE&key=FILE, of which everything may be missing: a free port of 127.0.0.1.
	Address string
	// Page is that of package web.
	Page web.Page
	// Opened is told once what a person opens, and the fingerprint of the certificate, "" when there is none to compare. The
	// URL has the secret in it.
	Opened func(url, fingerprint string)
	// Evidence are folders in which what was kept of failures may be, for the report at the end.
	Evidence []string
	Log      *slog.Logger
}

// A Run is what pages steer.
type Run interface {
	http.Handler // the commands, below /v1/
	// Status returns how far the run is, as JSON has it. It may be called concurrently.
	Status() any
}

// A Sink serves a dashboard from Start to Close.
type Sink struct {
	opts     Options
	endpoint endpoint
	secret   string
	feed     *feed
	run      atomic.Pointer[Run]
	readers  chan struct{} // holds one for each page that is open

	server *http.Server
	served chan struct{} // closed when no more connections are accepted
	over   chan struct{} // closed when readers have to leave
}

// New returns a dashboard that does not listen yet. Its error says what is wrong with the address.
func New(opts Options) (*Sink, error) {
	e, err := parseEndpoint(opts.Address)
	if err != nil {
		return nil, err
	}
	return &Sink{
		opts: opts, endpoint: e, secret: rand.Text(), feed: newFeed(opts.Evidence...), // Text has 128 random bits
		readers: make(chan struct{}, mostReaders), served: make(chan struct{}), over: make(chan struct{}),
	}, nil
}

// Steer lets pages steer a run, from now on.
func (s *Sink) Steer(run Run) { s.run.Store(&run) }

// status is that of the run; nil while nothing is known.
func (s *Sink) status() any {
	if run := s.run.Load(); run != nil {
		return (*run).Status()
	}
	return nil
}

// Start listens, and tells where.
func (s *Sink) Start(ctx context.Context, run metrics.RunInfo) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.endpoint.place.String())
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("something listens at %s already: end it, or leave the port of --dashboard out for a free one", s.endpoint.place)
	}
	if err != nil {
		return fmt.Errorf("serve the dashboard: %w", err)
	}
	if err := s.endpoint.certify(run.RunID); err != nil {
		return errors.Join(err, listener.Close())
	}
	s.endpoint.listens(listener.Addr())
	s.feed.begin(run)
	s.server = &http.Server{
		Handler: s.handler(), TLSConfig: s.endpoint.tls, ReadTimeout: patience, IdleTimeout: patience, MaxHeaderBytes: maxHeader,
		ErrorLog: slog.NewLogLogger(s.opts.Log.Handler(), slog.LevelDebug),
	}
	go s.serve(netutil.LimitListener(listener, mostConnections))
	if s.opts.Opened != nil {
		s.opts.Opened(s.endpoint.url()+"/#"+s.secret, s.endpoint.fingerprint)
	}
	return nil
}

func (s *Sink) serve(listener net.Listener) {
	defer close(s.served)
	serve := s.server.Serve
	if s.endpoint.tls != nil {
		serve = func(l net.Listener) error { return s.server.ServeTLS(l, "", "") }
	}
	if err := serve(listener); !errors.Is(err, http.ErrServerClosed) {
		s.opts.Log.Error("the dashboard is served no longer", "error", err)
	}
}

// Write takes an interval.
func (s *Sink) Write(_ context.Context, i *metrics.Interval) error {
	s.feed.take(i)
	return nil
}

// Close gives the pages that are open the report of the run, and ends. It waits for them no longer than farewell: who is asleep
// does not keep a run from ending.
func (s *Sink) Close(ctx context.Context, results []metrics.Result) error {
	ctx, cancel := context.WithTimeout(ctx, farewell)
	defer cancel()
	s.feed.end(results)
	for range mostReaders { // all places are free when nobody is there any more
		select {
		case s.readers <- struct{}{}:
		case <-ctx.Done():
		}
	}
	close(s.over)
	leaving, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	if err := s.server.Shutdown(leaving); err != nil { // a client is slow
		_ = s.server.Close()
	}
	<-s.served
	return nil
}
