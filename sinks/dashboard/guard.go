package dashboard

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"
)

// shell lets anybody have the page, which has no data in it, under the names of this endpoint only.
func (s *Sink) shell(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Content-Security-Policy", s.opts.Page.Policy+"; frame-ancestors 'none'")
		if !s.endpoint.serves(r.Host) {
			http.Error(w, "the dashboard of liveload has another address: open the one that liveload has printed", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// guarded lets only requests of the page itself through, which have the secret.
func (s *Sink) guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !s.sameSite(r):
			http.Error(w, "liveload shows its dashboard to no other page, and takes no commands from one", http.StatusForbidden)
		case !s.admits(r):
			w.Header().Set("WWW-Authenticate", "Bearer")
			http.Error(w, "open the whole address that liveload has printed: this request lacks the part after its #", http.StatusUnauthorized)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// sameSite says whether a browser calls a request one of our own page. Programs that are no browsers say nothing.
func (s *Sink) sameSite(r *http.Request) bool {
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" && site != "same-origin" {
		return false
	}
	origin := r.Header.Get("Origin")
	return origin == "" || origin == s.endpoint.scheme()+"://"+r.Host
}

// admits says whether a request has the secret. The time it takes says nothing about how much of it is right.
func (s *Sink) admits(r *http.Request) bool {
	given, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	a, b := sha256.Sum256([]byte(given)), sha256.Sum256([]byte(s.secret))
	return bearer && subtle.ConstantTimeCompare(a[:], b[:]) == 1
}
