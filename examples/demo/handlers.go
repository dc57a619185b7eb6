package demo

import (
	"fmt"
	"maps"
	"net/http"
	"strings"
	"time"

	"github.com/liveload/liveload/examples/demo/liveview"
)

// A handler is what handles an event of a view.
type handler struct{ event, view string }

// A handlerTime is how often a handler ran, and how long altogether, with the delay of its page.
type handlerTime struct {
	count uint64
	sum   time.Duration
}

// handled counts an event that was handled. r.mu is held.
func (r *recorder) handled(s liveview.Signal) {
	one := handler{s.Label, s.View}
	if _, known := r.handlers[one]; !known && len(r.handlers) >= maxLabels {
		one.event = "other"
	}
	t := r.handlers[one]
	r.handlers[one] = handlerTime{t.count + 1, t.sum + s.Handler}
}

func (r *recorder) handlerTimes() map[handler]handlerTime {
	r.mu.Lock()
	defer r.mu.Unlock()
	return maps.Clone(r.handlers)
}

// serverTiming is the header that says how long the application took for an answer. Assets and long polls have none: they
// are not made by a handler.
func serverTiming(r *http.Request, began time.Time) string {
	if strings.HasPrefix(r.URL.Path, "/assets/") || strings.HasPrefix(r.URL.Path, "/live/") {
		return ""
	}
	return fmt.Sprintf("app;dur=%.3f", float64(time.Since(began).Microseconds())/1000)
}
