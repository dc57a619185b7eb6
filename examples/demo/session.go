package demo

import (
	"crypto/rand"
	"net/http"
)

const sessionCookie = "_liveload_demo_key"

// session is what the signed cookie of a browser holds.
type session struct {
	ID   string `json:"id"`
	CSRF string `json:"csrf"`
	User string `json:"user,omitempty"`
}

// sessionOf reads the session of a request, and starts one with a cookie when it has none.
func (s *Server) sessionOf(w http.ResponseWriter, r *http.Request) session {
	var current session
	if cookie, err := r.Cookie(sessionCookie); err == nil {
		if s.signer.Verify("session", cookie.Value, &current) == nil {
			return current
		}
	}
	current = session{ID: rand.Text(), CSRF: rand.Text()}
	s.store(w, current)
	return current
}

func (s *Server) store(w http.ResponseWriter, current session) {
	token, err := s.signer.Sign("session", current)
	if err != nil {
		return // three strings always encode
	}
	http.SetCookie(w, &http.Cookie{Name: sessionCookie, Value: token, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
}

// viewSession is what views may know of it.
func (s *Server) viewSession(w http.ResponseWriter, r *http.Request) map[string]string {
	current := s.sessionOf(w, r)
	return map[string]string{"id": current.ID, "csrf": current.CSRF, "user": current.User}
}
