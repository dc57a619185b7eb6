package liveview

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"time"
)

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
	s.flash = e.TakeFlash(w, r)
	uri := *r.URL
	s.setURI(&uri)
	if !pause(r.Context(), s.QueryInt("page_delay", 0)) {
		return
	}
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

// pause waits some milliseconds, and reports false when the client went away.
func pause(ctx context.Context, ms int) bool {
	if ms <= 0 {
		return true
	}
	select {
	case <-time.After(time.Duration(ms) * time.Millisecond):
		return true
	case <-ctx.Done():
		return false
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

// TakeFlash returns the messages that a redirect brought along, by kind, and forgets them.
func (e *Endpoint) TakeFlash(w http.ResponseWriter, r *http.Request) map[string]string {
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
