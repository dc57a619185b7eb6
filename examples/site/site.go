// Package site is a small shop without LiveView that counts what reaches it: pages that fetch, change their address by
// pushState, have shadow DOM, a frame, a popup, a download and a service worker. Tests compare what liveload measures
// with GET /__stats.
package site

import (
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
)

//go:embed pages
var pages embed.FS

// Options are what a Server may have.
type Options struct {
	// WebVitals is the file web-vitals.iife.js of Google's npm package. With it the pages report their Web Vitals to
	// the server.
	WebVitals string
}

// A Server serves the site. Safe for concurrent use.
type Server struct {
	options Options
	counts  recorder
}

// New returns a server that has counted nothing yet.
func New(o Options) *Server { return &Server{options: o} }

// Stats returns what was counted so far.
func (s *Server) Stats() Stats { return s.counts.snapshot() }

// Handler serves the site.
func (s *Server) Handler() http.Handler {
	counted := http.NewServeMux()
	counted.HandleFunc("GET /{$}", s.page("shop"))
	counted.HandleFunc("GET /products/{id}", s.page("shop")) // where pushState leads; reloading works
	counted.HandleFunc("GET /offline", s.page("offline"))
	counted.HandleFunc("GET /widget", s.page("widget"))
	counted.HandleFunc("GET /help", s.page("help"))
	counted.HandleFunc("GET /sw.js", file("sw.js", "text/javascript"))
	counted.HandleFunc("GET /shop.js", file("shop.js", "text/javascript"))
	counted.HandleFunc("GET /api/products", products)
	counted.HandleFunc("GET /api/products/{id}", product)
	counted.HandleFunc("POST /api/orders", s.order)
	counted.HandleFunc("GET /api/weather", func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, "sunny") })
	counted.HandleFunc("GET /api/cached", func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, "from the server") })
	counted.HandleFunc("GET /export.csv", export)

	all := http.NewServeMux()
	all.Handle("/", s.counts.count(counted))
	all.HandleFunc("GET /__stats", func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, s.Stats()) })
	all.HandleFunc("POST /__vitals", s.vitals)
	if s.options.WebVitals != "" { // ServeFile takes "" for the folder in which the server was started
		all.HandleFunc("GET /__web-vitals.js", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, s.options.WebVitals) })
	}
	return all
}

// page serves a file of the folder pages.
func (s *Server) page(name string) http.HandlerFunc {
	text, err := pages.ReadFile("pages/" + name + ".html")
	if err != nil {
		panic(err) // a file that the build left out
	}
	report := ""
	if s.options.WebVitals != "" {
		report = `<script src="/__web-vitals.js"></script>`
	}
	whole := strings.Replace(string(text), "<!-- web vitals -->", report, 1)
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		_, _ = io.WriteString(w, whole)
	}
}

func file(name, kind string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.Header().Set("Cache-Control", "no-store")
		http.ServeFileFS(w, r, pages, "pages/"+name)
	}
}

const (
	numberOfProducts = 20
	shown            = 5
)

func products(w http.ResponseWriter, _ *http.Request) {
	list := make([]map[string]any, shown)
	for i := range list {
		list[i] = describe(i + 1)
	}
	answer(w, http.StatusOK, list)
}

func describe(id int) map[string]any {
	return map[string]any{"id": id, "name": fmt.Sprintf("Product %d", id), "price": 100 + 37*id}
}

func product(w http.ResponseWriter, r *http.Request) {
	id, err := strconv.Atoi(r.PathValue("id"))
	if err != nil || id < 1 || id > numberOfProducts {
		answer(w, http.StatusNotFound, "no such product")
		return
	}
	answer(w, http.StatusOK, describe(id))
}

func (s *Server) order(w http.ResponseWriter, r *http.Request) {
	var o struct {
		Product int `json:"product"`
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<10)).Decode(&o); err != nil || o.Product < 1 {
		answer(w, http.StatusUnprocessableEntity, "an order needs a product")
		return
	}
	answer(w, http.StatusCreated, map[string]int64{"number": s.counts.order()})
}

func export(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/csv")
	w.Header().Set("Content-Disposition", `attachment; filename="products.csv"`)
	for i := range numberOfProducts {
		fmt.Fprintf(w, "%d,Product %d\n", i+1, i+1)
	}
}

func answer(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value) // the client is gone
}
