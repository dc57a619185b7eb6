package liveview

import (
	"crypto/rand"
	"fmt"
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

// PageOf is the Page of the route that serves a path, or empty.
func (e *Endpoint) PageOf(path string) string {
	if route, _ := e.match(path); route != nil {
		return route.Page
	}
	return ""
}

// viewSession is what a view's signed session holds.
type viewSession struct {
	ID      string            `json:"id"`
	View    string            `json:"view,omitempty"` // name of a nested view
	Session map[string]string `json:"session,omitempty"`
	DelayMS int64             `json:"delay,omitempty"` // inherited by nested views
}

// ServeHTTP renders the view of the request's path into a page.
func (e *Endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	route, path := e.match(r.URL.Path)
	if route == nil {
		http.NotFound(w, r)
		return
	}
	s := &Socket{ep: e, id: "phx-" + rand.Text()[:16], main: true, page: route.Page, path: path}
	s.session = e.sessionOf(w, r)
	s.flash = e.takeFlash(w, r)
	uri := *r.URL
	s.setURI(&uri)
	view := route.New()
	content, err := e.deadRender(view, s)
	if err != nil {
		e.logger.Warn("page failed", "page", route.Page, "error", err)
		http.Error(w, "The page failed; see the server's log.", http.StatusInternalServerError)
		return
	}
	if s.nav != nil {
		e.redirect(w, r, s)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "max-age=0, private, must-revalidate")
	document := e.layout(s.session, Page{Title: s.title, Content: content})
	if _, err := w.Write(document); err != nil {
		e.logger.Debug("page not delivered", "page", route.Page, "error", err)
	}
}

// deadRender runs a view for a page load. The content is empty when the view wants to go elsewhere.
func (e *Endpoint) deadRender(view View, s *Socket) (HTML, error) {
	var content HTML
	err := guard(func() error {
		if err := view.Mount(s); err != nil {
			return err
		}
		e.signal(Signal{Kind: Mounted, Label: s.page})
		if s.nav != nil {
			return nil
		}
		if s.uri != nil {
			if err := view.HandleParams(s, s.uri); err != nil || s.nav != nil {
				return err
			}
		}
		session, err := e.signer.Sign("view", viewSession{ID: s.id, Session: s.session})
		if err != nil {
			return err
		}
		static := s.flashToken() // the join shows again what the page load showed
		b := fmt.Appendf(nil, `<div id="%s" data-phx-main data-phx-session="%s" data-phx-static="%s">`, s.id, session, static)
		content = HTML(append(s.html(b, view), "</div>"...))
		return nil
	})
	return content, err
}

func (s *Socket) html(b []byte, view View) []byte {
	return writeHTML(b, view.Render(s), func(cid int) *Node {
		return s.components.all[cid-1].component.Render(s, cid)
	})
}

// childElement is the element of a nested view: with its content in a page load, empty (to be
// joined by the client) in a connected parent.
func (e *Endpoint) childElement(parent *Socket, id, view string, values map[string]string, sticky bool) (HTML, error) {
	create, ok := e.children[view]
	if !ok {
		return "", fmt.Errorf("no view of the name %q", view)
	}
	token, err := e.signer.Sign("view", viewSession{ID: id, View: view, Session: values, DelayMS: parent.delay.Milliseconds()})
	if err != nil {
		return "", err
	}
	kin := fmt.Sprintf(`data-phx-parent-id="%s"`, parent.id)
	if sticky {
		kin = "data-phx-sticky"
	}
	if parent.Connected() {
		return HTML(fmt.Sprintf(`<div id="%s" %s data-phx-session="%s" data-phx-static=""></div>`, id, kin, token)), nil
	}
	s := &Socket{ep: e, id: id, page: nestedPage(view), session: values}
	child := create()
	if err := child.Mount(s); err != nil {
		return "", err
	}
	e.signal(Signal{Kind: Mounted, Label: s.page})
	b := fmt.Appendf(nil, `<div id="%s" %s data-phx-session="%s" data-phx-static="">`, id, kin, token)
	return HTML(append(s.html(b, child), "</div>"...)), nil
}

const flashCookie = "__phoenix_flash__"

func (e *Endpoint) redirect(w http.ResponseWriter, r *http.Request, s *Socket) {
	if token := s.flashToken(); token != "" {
		http.SetCookie(w, &http.Cookie{Name: flashCookie, Value: token, Path: "/", MaxAge: 60, SameSite: http.SameSiteLaxMode})
	}
	http.Redirect(w, r, s.nav.to, http.StatusFound)
}

func (e *Endpoint) takeFlash(w http.ResponseWriter, r *http.Request) map[string]string {
	cookie, err := r.Cookie(flashCookie)
	if err != nil {
		return nil
	}
	http.SetCookie(w, &http.Cookie{Name: flashCookie, Path: "/", MaxAge: -1})
	return e.readFlash(cookie.Value)
}

func (e *Endpoint) readFlash(token string) map[string]string {
	var flash map[string]string
	if token == "" || e.signer.Verify("flash", token, &flash) != nil {
		return nil
	}
	return flash
}

// flashToken carries the flash to the next page; empty when there is none.
func (s *Socket) flashToken() string {
	if len(s.flash) == 0 {
		return ""
	}
	token, err := s.ep.signer.Sign("flash", s.flash)
	if err != nil {
		s.ep.logger.Warn("flash lost", "error", err)
		return ""
	}
	return token
}
