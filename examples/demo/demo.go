// Package demo is the application that liveload is tried and tested against: a LiveView server in
// Go that serves the genuine Phoenix JavaScript clients, with a page for each thing that a
// scenario can do, and with the truth about what happened at /__stats.
//
// The protocol is in liveview, the pages are in pages. Here are the HTTP side of it (assets,
// layout, session cookie, plain pages) and the counters.
package demo

import (
	"crypto/rand"
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/liveload/liveload/examples/demo/liveview"
	"github.com/liveload/liveload/examples/demo/pages"
)

// Options say how to run the demo.
type Options struct {
	// ClientDir is the folder that holds the npm packages phoenix and phoenix_live_view.
	ClientDir string
	// Logger receives crashes of views as warnings; nil logs nothing.
	Logger *slog.Logger
}

// A Server is one running demo: its Handler, its views and its counters. All methods may be called
// concurrently.
type Server struct {
	app      *pages.App
	endpoint *liveview.Endpoint
	assets   *assets
	recorder *recorder
	signer   *liveview.Signer
	handler  http.Handler
}

// New returns a server that serves the clients in opts.ClientDir; it fails with ErrNoClient when
// they are not there. Close it.
func New(opts Options) (*Server, error) {
	a := newAssets()
	if err := a.loadClients(opts.ClientDir); err != nil {
		return nil, err
	}
	return newServer(opts, a), nil
}

// newServer returns a server of these assets. Without the clients among them its pages load but
// never connect in a browser, which is all that tests of the protocol need.
func newServer(opts Options, a *assets) *Server {
	logger := opts.Logger
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	s := &Server{
		app: pages.New(), assets: a, recorder: newRecorder(),
		signer: liveview.NewSigner([]byte(rand.Text())),
	}
	s.endpoint = liveview.New(liveview.Config{
		Routes: s.app.Routes(), Children: s.app.Children(), Layout: s.layout, Session: s.viewSession,
		Observe: s.recorder.observe, Signer: s.signer, ClientVersion: a.clientVersion, Logger: logger,
	})
	s.handler = s.routes()
	return s
}

// Handler serves the whole demo.
func (s *Server) Handler() http.Handler { return s.handler }

// Stats returns the counters at this moment.
func (s *Server) Stats() Stats { return s.recorder.snapshot() }

// Close cuts all sockets and returns when every view has ended. It does not stop an HTTP server
// that uses Handler.
func (s *Server) Close() { s.endpoint.Close() }

func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /assets/", s.assets.serve)
	mux.HandleFunc("GET /live/longpoll", s.endpoint.ServeLongPoll)
	mux.HandleFunc("POST /live/longpoll", s.endpoint.ServeLongPoll)
	s.plainRoutes(mux)
	mux.Handle("GET /", s.endpoint)
	counted := s.counted(mux)

	outer := http.NewServeMux() // what is not counted
	outer.HandleFunc("GET /live/websocket", s.endpoint.ServeWebSocket)
	outer.HandleFunc("GET /__stats", s.serveStats)
	outer.HandleFunc("POST /__stats/reset", s.resetStats)
	outer.Handle("GET /metrics", s.metricsHandler())
	outer.Handle("/", counted)
	return outer
}

func (s *Server) serveStats(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	_ = encoder.Encode(s.Stats()) // the reader went away: nobody to tell
}

func (s *Server) resetStats(w http.ResponseWriter, _ *http.Request) {
	s.recorder.reset()
	w.WriteHeader(http.StatusNoContent)
}

// counted counts every response under its normalised path.
func (s *Server) counted(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		c := &countingWriter{ResponseWriter: w, count: func(status int) {
			s.recorder.request(normalise(r.URL.Path), status)
			if timing := serverTiming(r, began); timing != "" {
				w.Header().Set("Server-Timing", timing)
			}
		}}
		next.ServeHTTP(c, r)
		switch {
		case c.counted:
		case r.Context().Err() != nil:
			c.count(499)
		default:
			c.WriteHeader(http.StatusOK)
		}
	})
}

// A countingWriter counts a response just before its status is sent: whoever has the response
// finds it counted.
type countingWriter struct {
	http.ResponseWriter
	count   func(status int)
	counted bool
}

func (c *countingWriter) WriteHeader(status int) {
	if !c.counted {
		c.counted = true
		c.count(status)
	}
	c.ResponseWriter.WriteHeader(status)
}

func (c *countingWriter) Write(data []byte) (int, error) {
	if !c.counted {
		c.WriteHeader(http.StatusOK)
	}
	return c.ResponseWriter.Write(data)
}

// Unwrap lets http.ResponseController reach the connection.
func (c *countingWriter) Unwrap() http.ResponseWriter { return c.ResponseWriter }

// normalise replaces the segments of a path that are numbers by :id, so that paths can be counted.
func normalise(path string) string {
	if strings.IndexFunc(path, isDigit) < 0 {
		return path
	}
	segments := strings.Split(path, "/")
	for i, s := range segments {
		if s != "" && strings.IndexFunc(s, func(r rune) bool { return !isDigit(r) }) < 0 {
			segments[i] = ":id"
		}
	}
	return strings.Join(segments, "/")
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }
