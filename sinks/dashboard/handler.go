package dashboard

import (
	"io"
	"net/http"
	"time"

	"github.com/liveload/liveload/report"
)

// handler serves the page to anybody, and everything else to the page.
func (s *Sink) handler() http.Handler {
	inner := http.NewServeMux()
	inner.HandleFunc("GET /events", s.events)
	inner.HandleFunc("GET /parts/{name}", s.part)
	inner.HandleFunc("GET /report.html", s.report)
	inner.HandleFunc("/v1/", s.control)
	outer := http.NewServeMux()
	outer.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, s.opts.Page.HTML)
	})
	outer.Handle("/", s.guarded(inner))
	return s.shell(bounded(outer))
}

// bounded bounds how long an answer may take to be read. A stream of events sets its own bounds.
func bounded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(3 * patience))
		next.ServeHTTP(w, r)
	})
}

// control hands commands to the run.
func (s *Sink) control(w http.ResponseWriter, r *http.Request) {
	run := s.run.Load()
	if run == nil {
		http.Error(w, "this run cannot be steered", http.StatusServiceUnavailable)
		return
	}
	(*run).ServeHTTP(w, r)
}

// part serves what a page fetches only when somebody looks at it.
func (s *Sink) part(w http.ResponseWriter, r *http.Request) {
	part, known := s.feed.part(r.PathValue("name"))
	if !known {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = report.Encode(w, part) // who has left does not need it
}

// report serves the file that --report writes, of the run so far.
func (s *Sink) report(w http.ResponseWriter, _ *http.Request) {
	file, err := s.feed.report()
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="liveload-report.html"`)
	_, _ = w.Write(file)
}
