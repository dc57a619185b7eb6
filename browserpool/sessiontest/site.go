package sessiontest

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"
)

// A Site serves pages that a test writes down, slow ones, downloads and errors. It ends with its test.
type Site struct {
	*http.ServeMux
	URL   string
	pages atomic.Int64
}

// NewSite starts a site.
func NewSite(t testing.TB) *Site {
	t.Helper()
	s := &Site{ServeMux: http.NewServeMux()}
	server := httptest.NewServer(s)
	ended, end := context.WithCancel(context.Background())
	t.Cleanup(func() {
		end()
		server.CloseClientConnections()
		server.Close()
	})
	s.URL = server.URL
	s.HandleFunc("/target", HTML("<title>target</title><h1 id=h>target</h1>"))
	s.HandleFunc("/slow", func(w http.ResponseWriter, r *http.Request) { // answers after 400 ms
		select {
		case <-time.After(400 * time.Millisecond):
		case <-r.Context().Done():
		}
		fmt.Fprintf(w, "<!doctype html><title>slow</title><h1 id=h>slow %s</h1>", r.FormValue("q"))
	})
	s.HandleFunc("/never", func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-ended.Done():
		case <-r.Context().Done():
		}
	})
	s.HandleFunc("/empty", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	s.HandleFunc("/file", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Disposition", "attachment; filename=a.txt")
		io.WriteString(w, "text")
	})
	s.HandleFunc("/broken", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusInternalServerError)
		io.WriteString(w, "<!doctype html><title>broken</title><h1 id=h>sorry</h1>")
	})
	s.HandleFunc("/who", func(w http.ResponseWriter, r *http.Request) {
		name, password, ok := r.BasicAuth()
		if !ok || password != "secret" {
			w.Header().Set("WWW-Authenticate", `Basic realm="test"`)
			w.WriteHeader(http.StatusUnauthorized)
		}
		fmt.Fprintf(w, "<!doctype html><p id=name>%s</p><p id=agent>%s</p><p id=extra>%s</p>", name, r.UserAgent(), r.Header.Get("X-Extra"))
	})
	return s
}

// recorder writes down the events of a page, untrusted ones with an exclamation mark.
const recorder = `<!doctype html><meta charset=utf-8><script>
const log = [];
for (const type of ['click', 'dblclick', 'input', 'change', 'keydown', 'focus', 'blur', 'mousemove', 'submit', 'drop'])
  addEventListener(type, (e) => log.push(type + (e.isTrusted ? '' : '!') + ':' + (e.target.id || '')), true);
</script>`

// HTML answers with a document.
func HTML(html string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		io.WriteString(w, html)
	}
}

// Page serves a document that writes down its events in the list log, and returns its address.
func (s *Site) Page(html string) string {
	path := fmt.Sprintf("/page/%d", s.pages.Add(1))
	s.HandleFunc(path, HTML(recorder+html))
	return s.URL + path
}
