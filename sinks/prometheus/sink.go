// Package prometheus serves what a run has measured so far to a Prometheus that scrapes it. docs/outputs.md describes
// what it serves.
package prometheus

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	dto "github.com/prometheus/client_model/go"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/prometheus/totals"
)

const (
	// patience is how long a client may take for a request or for reading the answer.
	patience = 30 * time.Second
	// goodbye is how long the end waits for answers that are under way.
	goodbye = time.Second
	// mostScrapes is how many are answered at once. Others are told to come again.
	mostScrapes = 8
)

// A Sink serves the totals of a run, from its start until they were scraped at its end.
type Sink struct {
	endpoint
	timeout time.Duration // that the end waits for a scrape
	log     *slog.Logger

	totals  *totals.Totals
	server  *http.Server
	served  chan struct{}   // closed when no more connections are accepted
	clients sync.WaitGroup  // one for each connection
	stopped <-chan struct{} // closed when the run is to end at once

	written atomic.Int64  // intervals
	scraped atomic.Int64  // how many of them a scrape has
	scrape  chan struct{} // holds one when there was a scrape
}

// New returns a sink for an address such as 127.0.0.1:9464. It does not listen yet. At the end of the run it waits for
// a last scrape until the timeout.
func New(address string, env func(name string) string, timeout time.Duration, log *slog.Logger) (*Sink, error) {
	e, err := parseEndpoint(address, env)
	return &Sink{endpoint: e, timeout: timeout, log: log, served: make(chan struct{}), scrape: make(chan struct{}, 1)}, err
}

// Start listens.
func (s *Sink) Start(ctx context.Context, run metrics.RunInfo) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.listen())
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("something listens at %s already: end it, or choose another port for prometheus", s.listen())
	}
	if err != nil {
		return fmt.Errorf("serve metrics for Prometheus: %w", err)
	}
	s.stopped, s.totals = ctx.Done(), totals.New(run)
	s.serve(listener, s.handler())
	s.log.Info("metrics for Prometheus are served", "at", s.url(listener.Addr()))
	return nil
}

// serve answers requests until Close.
func (s *Sink) serve(listener net.Listener, handler http.Handler) {
	s.server = &http.Server{
		Handler: handler, TLSConfig: s.tls, ReadTimeout: patience, WriteTimeout: patience, ConnState: s.count,
		ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
	go func() {
		defer close(s.served)
		serve := s.server.Serve
		if s.tls != nil {
			serve = func(l net.Listener) error { return s.server.ServeTLS(l, "", "") }
		}
		if err := serve(listener); !errors.Is(err, http.ErrServerClosed) {
			s.log.Error("metrics for Prometheus are served no longer", "error", err)
		}
	}()
}

func (s *Sink) url(at net.Addr) string {
	scheme := "http"
	if s.tls != nil {
		scheme = "https"
	}
	return scheme + "://" + at.String() + "/metrics"
}

// handler serves all formats of Prometheus. Only that of protocol buffers has native histograms.
func (s *Sink) handler() http.Handler {
	gather := prometheus.GathererFunc(func() ([]*dto.MetricFamily, error) { return s.totals.Families(), nil })
	metrics := promhttp.HandlerFor(gather, promhttp.HandlerOpts{
		EnableOpenMetrics: true, MaxRequestsInFlight: mostScrapes,
		DisableCompression: s.loopback(), // where it costs more than it saves
	})
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, r *http.Request) {
		if !s.admits(r) {
			w.Header().Set("WWW-Authenticate", "Bearer")
			http.Error(w, "liveload wants its token: Authorization: Bearer TOKEN", http.StatusUnauthorized)
			return
		}
		if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "none" && site != "same-origin" {
			http.Error(w, "liveload shows its metrics to no other page", http.StatusForbidden) // which the tested one may be
			return
		}
		newest, a := s.written.Load(), &answer{ResponseWriter: w}
		if metrics.ServeHTTP(a, r); a.refused || r.Context().Err() != nil {
			return // there were too many, or whoever asked did not wait
		}
		s.hasScraped(newest)
	})
	return mux
}

// hasScraped notes that a scrape has so many intervals. Of two at the same time, the older may end last.
func (s *Sink) hasScraped(intervals int64) {
	for {
		before := s.scraped.Load()
		if s.scraped.CompareAndSwap(before, max(before, intervals)) {
			break
		}
	}
	select {
	case s.scrape <- struct{}{}:
	default: // it is known
	}
}

// An answer knows whether there were no metrics in it.
type answer struct {
	http.ResponseWriter
	refused bool
}

// WriteHeader implements http.ResponseWriter.
func (a *answer) WriteHeader(status int) {
	a.refused = status != http.StatusOK
	a.ResponseWriter.WriteHeader(status)
}

// admits says whether a request has the token. The time it takes says nothing about how much of it is right.
func (s *Sink) admits(r *http.Request) bool {
	given, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	a, b := sha256.Sum256([]byte(given)), sha256.Sum256([]byte(s.token))
	return s.token == "" || bearer && subtle.ConstantTimeCompare(a[:], b[:]) == 1
}

// Write takes the newest totals.
func (s *Sink) Write(_ context.Context, i *metrics.Interval) error {
	s.totals.Take(i)
	s.written.Add(1)
	return nil
}

// Flush waits until everything was scraped, for the timeout at most.
func (s *Sink) Flush(ctx context.Context) (notes []string, err error) {
	waiting := time.AfterFunc(time.Second, func() {
		s.log.Info(fmt.Sprintf("waiting until Prometheus has scraped the end of the run, at most %v", s.timeout))
	})
	defer waiting.Stop()
	ctx, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	for s.scraped.Load() < s.written.Load() {
		select {
		case <-s.scrape:
			continue
		case <-ctx.Done():
			return []string{s.missed(fmt.Sprintf("Prometheus must scrape more often than every %v (--out-timeout)", s.timeout))}, nil
		case <-s.stopped:
			return []string{s.missed("it was stopped at once")}, nil
		}
	}
	return nil, nil
}

// missed says what no scrape has.
func (s *Sink) missed(why string) string {
	if s.scraped.Load() == 0 {
		return "nobody has scraped " + s.listen() + " while something was measured"
	}
	return "the end of the run was not scraped: " + why
}

// count knows which connections there are.
func (s *Sink) count(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew: // told before the server accepts another one
		s.clients.Add(1)
	case http.StateClosed:
		s.clients.Done()
	}
}

// Close stops to listen, and returns when no scrape is under way.
func (s *Sink) Close(ctx context.Context, _ []metrics.Result) error {
	ctx, cancel := context.WithTimeout(ctx, goodbye)
	defer cancel()
	if err := s.server.Shutdown(ctx); err != nil { // a client is slow
		_ = s.server.Close()
	}
	<-s.served
	s.clients.Wait()
	return nil
}
