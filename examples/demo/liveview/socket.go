package liveview

import (
	"fmt"
	"net/url"
	"strconv"
	"time"
)

// A Socket is the framework's side of one view, as Phoenix.LiveView.Socket is. Only the view's own
// methods may use it; others reach the view through a Ref.
type Socket struct {
	ep      *Endpoint
	channel *channel // nil during a page load

	id      string
	page    string
	main    bool
	uri     *url.URL
	path    map[string]string
	session map[string]string
	delay   time.Duration

	flash      map[string]string
	title      string
	titleSent  string
	events     []pushedEvent
	reply      any
	nav        *navigation
	components components
	children   map[string]HTML
	uploads    map[string]*Upload
}

type pushedEvent struct {
	name    string
	payload any
}

type navigationKind int

const (
	navPatch navigationKind = iota
	navNavigate
	navRedirect
)

type navigation struct {
	kind    navigationKind
	to      string
	replace bool
}

// Connected is false during a page load and true after the join.
func (s *Socket) Connected() bool { return s.channel != nil }

// ID is the id of the view's element.
func (s *Socket) ID() string { return s.id }

// PathValue is the part of the path that the route calls name, such as id in /products/:id.
func (s *Socket) PathValue(name string) string { return s.path[name] }

// Query is one parameter of the view's URL; empty when there is none, and in nested views.
func (s *Socket) Query(name string) string {
	if s.uri == nil {
		return ""
	}
	return s.uri.Query().Get(name)
}

// QueryInt is a parameter as a whole number, or fallback when it is none.
func (s *Socket) QueryInt(name string, fallback int) int {
	n, err := strconv.Atoi(s.Query(name))
	if err != nil {
		return fallback
	}
	return n
}

// Session is a value that the page load put into the view's signed session.
func (s *Socket) Session(key string) string { return s.session[key] }

// SetTitle sets the title of the document. Only the main view's title counts.
func (s *Socket) SetTitle(title string) { s.title = title }

// PutFlash shows a message of a kind (info, error) until it is cleared; a following redirect or
// live navigation takes it along.
func (s *Socket) PutFlash(kind, message string) {
	if s.flash == nil {
		s.flash = make(map[string]string)
	}
	s.flash[kind] = message
}

// Flash is the message of that kind, or empty.
func (s *Socket) Flash(kind string) string { return s.flash[kind] }

// PushEvent sends an event to the page's JavaScript with the next diff.
func (s *Socket) PushEvent(name string, payload any) {
	s.events = append(s.events, pushedEvent{name, payload})
}

// Reply answers the event that is being handled; a hook's pushEvent receives the value.
func (s *Socket) Reply(value any) { s.reply = value }

// PushPatch changes the URL without leaving the view; HandleParams follows.
func (s *Socket) PushPatch(to string) { s.nav = &navigation{kind: navPatch, to: to} }

// PushNavigate ends this view and mounts the view of another URL over the same socket.
func (s *Socket) PushNavigate(to string) { s.nav = &navigation{kind: navNavigate, to: to} }

// Redirect ends this view and loads another page.
func (s *Socket) Redirect(to string) { s.nav = &navigation{kind: navRedirect, to: to} }

// Disconnect cuts the connection of this view, and of all views on it, as a network failure would.
func (s *Socket) Disconnect() {
	if s.channel == nil {
		return
	}
	s.ep.signal(Signal{Kind: ForcedOff, Label: s.channel.conn.transport})
	s.channel.conn.out.abort()
}

// After delivers msg to HandleInfo after d, unless the view has ended. It does nothing during a
// page load.
func (s *Socket) After(d time.Duration, msg any) {
	if s.channel == nil {
		return
	}
	ref := s.Ref()
	time.AfterFunc(d, func() { ref.Send(msg) })
}

// A Ref addresses a connected view from anywhere. Its zero value addresses none.
type Ref struct{ ch *channel }

// Ref returns the address of this view.
func (s *Socket) Ref() Ref { return Ref{s.channel} }

// Send delivers msg to the view's HandleInfo, after what was sent before. It never blocks, may be
// called from any goroutine, and does nothing when the view has ended.
func (r Ref) Send(msg any) {
	if r.ch != nil {
		r.ch.mailbox.post(nil, func() { r.ch.info(msg) })
	}
}

// setURI takes over the URL and its delay parameter, which stays in force for URLs without one.
func (s *Socket) setURI(uri *url.URL) {
	s.uri = uri
	if ms := s.QueryInt("delay", -1); ms >= 0 {
		s.delay = time.Duration(ms) * time.Millisecond
	}
}

// Child returns the element of a nested view, named as in Config.Children. A sticky child has no
// parent and survives live navigation. The element is the same on every render.
func (s *Socket) Child(id, view string, session map[string]string, sticky bool) HTML {
	if element, ok := s.children[id]; ok {
		return element
	}
	element, err := s.ep.childElement(s, id, view, session, sticky)
	if err != nil {
		panic(fmt.Sprintf("render child %q: %v", id, err))
	}
	if s.children == nil {
		s.children = make(map[string]HTML)
	}
	s.children[id] = element
	return element
}
