package liveview

import (
	"log/slog"
	"net/http"
	"strings"
	"sync"
)

// A Route serves a path with a view, as the page of a load and over live navigation.
type Route struct {
	Page string // the path; a segment that starts with ":" matches any one segment
	New  func() View
}

// A Page is what a Layout puts into the HTML document.
type Page struct {
	Title   string
	Content HTML // the main view's element
}

// Config describes an application.
type Config struct {
	Routes   []Route
	Children map[string]func() View // nested views by name
	// Layout writes the document around a main view. session is what Session returned.
	Layout func(session map[string]string, page Page) []byte
	// Session returns what the views of this request may know (Socket.Session). It may set cookies.
	Session func(w http.ResponseWriter, r *http.Request) map[string]string
	// Observe is told what happens, from many goroutines, before the client can know of it.
	Observe       func(Signal)
	Signer        *Signer
	ClientVersion string // version of phoenix_live_view that is served, or empty
	Logger        *slog.Logger
}

// An Endpoint serves an application: its pages (ServeHTTP) and its sockets (ServeWebSocket,
// ServeLongPoll). All methods may be called concurrently.
type Endpoint struct {
	routes      []Route
	children    map[string]func() View
	layout      func(map[string]string, Page) []byte
	sessionOf   func(http.ResponseWriter, *http.Request) map[string]string
	signal      func(Signal)
	signer      *Signer
	versionJSON []byte
	logger      *slog.Logger

	running sync.WaitGroup // connections and connected views
	mu      sync.Mutex
	closed  bool
	conns   map[*conn]struct{}
	polls   map[string]*pollSession // by token
}

// New returns the endpoint of an application. Close it.
func New(cfg Config) *Endpoint {
	version := cfg.ClientVersion
	if version == "" {
		version = "unknown"
	}
	return &Endpoint{
		routes: cfg.Routes, children: cfg.Children, layout: cfg.Layout, sessionOf: cfg.Session,
		signal: cfg.Observe, signer: cfg.Signer, versionJSON: appendString(nil, version), logger: cfg.Logger,
		conns: make(map[*conn]struct{}), polls: make(map[string]*pollSession),
	}
}

// Close cuts all connections, ends their views, and returns when the last one has ended.
func (e *Endpoint) Close() {
	e.mu.Lock()
	e.closed = true
	conns := make([]*conn, 0, len(e.conns))
	for c := range e.conns {
		conns = append(conns, c)
	}
	e.mu.Unlock()
	for _, c := range conns {
		c.out.abort()
	}
	e.running.Wait()
}

// open registers a connection; it reports false when the endpoint is closed.
func (e *Endpoint) open(c *conn) bool {
	e.mu.Lock()
	if e.closed {
		e.mu.Unlock()
		return false
	}
	e.conns[c] = struct{}{}
	e.running.Add(1)
	e.mu.Unlock()
	e.signal(Signal{Kind: SocketOpened, Label: c.transport})
	return true
}

func (e *Endpoint) drop(c *conn) {
	e.mu.Lock()
	delete(e.conns, c)
	e.mu.Unlock()
	e.signal(Signal{Kind: SocketClosed, Label: c.transport})
	e.running.Done()
}

// match finds the route of a path and the values of its variable segments.
func (e *Endpoint) match(path string) (*Route, map[string]string) {
	for i := range e.routes {
		if values, ok := matchPath(e.routes[i].Page, path); ok {
			return &e.routes[i], values
		}
	}
	return nil, nil
}

func matchPath(pattern, path string) (map[string]string, bool) {
	if pattern == path {
		return nil, true
	}
	if !strings.Contains(pattern, ":") {
		return nil, false
	}
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return nil, false
	}
	values := make(map[string]string)
	for i, segment := range want {
		if name, ok := strings.CutPrefix(segment, ":"); ok && got[i] != "" {
			values[name] = got[i]
		} else if segment != got[i] {
			return nil, false
		}
	}
	return values, true
}
