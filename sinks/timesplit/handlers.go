package timesplit

import (
	"regexp"

	"github.com/liveload/liveload/metrics"
)

// handled is how often the application has handled an event, and how long that took together.
type handled struct {
	count, us int64
}

func (h handled) mean() float64 { return float64(h.us) / float64(h.count) }

// handlerMetrics are what applications call it, the best first: the code in docs/why-slow.md, whose time has the render in it,
// and PromEx.
var handlerMetrics = []*regexp.Regexp{
	regexp.MustCompile(`^server_liveload_handle_event_duration_us_(count|sum)$`),
	regexp.MustCompile(`^server_(?:.*_)?phoenix_live_view_handle_event_duration_us_(count|sum)$`),
}

// handlersOf returns what --probe has read of handlers, by event: of all views and applications together.
func handlersOf(r *metrics.Result) map[string]handled {
	for _, names := range handlerMetrics {
		all := make(map[string]handled)
		for name, counter := range r.Global.Counters {
			found := names.FindStringSubmatch(name)
			if found == nil {
				continue
			}
			for _, one := range counter.Series {
				event := one.Labels.Get("event")
				h := all[event]
				if found[1] == "count" {
					h.count += one.Value
				} else {
					h.us += one.Value
				}
				all[event] = h
			}
		}
		for event, h := range all {
			if h.count == 0 {
				delete(all, event)
			}
		}
		if len(all) > 0 {
			return all
		}
	}
	return nil
}
