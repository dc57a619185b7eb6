package site

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"strconv"
	"sync"
)

// Stats is what the server knows to have happened: the JSON of GET /__stats. Requests below /__ are not counted.
type Stats struct {
	Requests map[string]map[string]int64 `json:"requests"` // by path and status
	Orders   int64                       `json:"orders"`
	// Vitals are what the pages say of themselves through Google's web-vitals package, by name, way of navigation and
	// path, such as "LCP navigate /". Milliseconds, but for CLS.
	Vitals map[string][]float64 `json:"vitals"`
}

// Paths and vitals are kept up to these numbers of names and of values of one: clients choose them.
const (
	mostNames  = 500
	mostValues = 100_000
)

// A recorder counts. Safe for concurrent use.
type recorder struct {
	mu    sync.Mutex
	stats Stats
}

func (r *recorder) snapshot() Stats {
	r.mu.Lock()
	defer r.mu.Unlock()
	s := Stats{Requests: make(map[string]map[string]int64), Orders: r.stats.Orders, Vitals: make(map[string][]float64)}
	for path, byStatus := range r.stats.Requests {
		s.Requests[path] = maps.Clone(byStatus)
	}
	for name, values := range r.stats.Vitals {
		s.Vitals[name] = append([]float64(nil), values...)
	}
	return s
}

// order counts an order and returns its number.
func (r *recorder) order() int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stats.Orders++
	return r.stats.Orders
}

func (r *recorder) request(path string, status int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stats.Requests == nil {
		r.stats.Requests = make(map[string]map[string]int64)
	}
	if r.stats.Requests[path] == nil {
		if len(r.stats.Requests) >= mostNames {
			return
		}
		r.stats.Requests[path] = make(map[string]int64)
	}
	r.stats.Requests[path][strconv.Itoa(status)]++
}

func (r *recorder) vital(name string, value float64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stats.Vitals == nil {
		r.stats.Vitals = make(map[string][]float64)
	}
	values, known := r.stats.Vitals[name]
	if (known || len(r.stats.Vitals) < mostNames) && len(values) < mostValues {
		r.stats.Vitals[name] = append(values, value)
	}
}

// count counts the responses of a handler when their status is sent.
func (r *recorder) count(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		c := &counting{ResponseWriter: w, counts: r, path: request.URL.Path}
		next.ServeHTTP(c, request)
		if !c.sent {
			c.WriteHeader(http.StatusOK)
		}
	})
}

type counting struct {
	http.ResponseWriter
	counts *recorder
	path   string
	sent   bool
}

func (c *counting) WriteHeader(status int) {
	if !c.sent {
		c.sent = true
		c.counts.request(c.path, status)
	}
	c.ResponseWriter.WriteHeader(status)
}

func (c *counting) Write(data []byte) (int, error) {
	if !c.sent {
		c.WriteHeader(http.StatusOK)
	}
	return c.ResponseWriter.Write(data)
}

// vitals takes what pages report of themselves.
func (s *Server) vitals(w http.ResponseWriter, r *http.Request) {
	var v struct {
		Name, Navigation, URL string
		Value                 float64
	}
	at, err := &url.URL{}, json.NewDecoder(http.MaxBytesReader(w, r.Body, 1<<12)).Decode(&v)
	if err == nil {
		at, err = url.Parse(v.URL)
	}
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	s.counts.vital(v.Name+" "+v.Navigation+" "+at.Path, v.Value)
	w.WriteHeader(http.StatusNoContent)
}
