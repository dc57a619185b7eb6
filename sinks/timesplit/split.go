// Package timesplit says where the time went that users have waited for LiveView events, pages and live navigations: in the
// page, on the network, in the application's handlers, for resources. It reads what a Result has, and says what is not
// known. docs/why-slow.md explains the parts.
package timesplit

import (
	"cmp"
	"math"
	"slices"

	"github.com/liveload/liveload/metrics"
)

// A Split is how long one kind of thing took on average, in parts that come one after the other.
type Split struct {
	Of      Kind     `json:"of"`
	Name    string   `json:"name"` // of an event, or the type of a live navigation; "" for a page
	Page    string   `json:"page"`
	Count   int64    `json:"count"`
	Mean    float64  `json:"mean"` // microseconds
	P50     float64  `json:"p50,omitempty"`
	P95     float64  `json:"p95,omitempty"` // 0 when only its parts were measured, whose percentiles do not add up
	Parts   []Part   `json:"parts"`
	Unknown []string `json:"unknown"` // in sentences
}

// A Kind is what was waited for.
type Kind string

const (
	Event      Kind = "event"
	Page       Kind = "page"
	Navigation Kind = "navigation" // a live one
)

// A Part is one stretch of the time.
type Part struct {
	Where Where   `json:"where"`
	Name  string  `json:"name"`
	Mean  float64 `json:"mean"`  // microseconds, over all that the split counts
	Share float64 `json:"share"` // of the parts together, 0 to 1
	P50   float64 `json:"p50,omitempty"`
	P95   float64 `json:"p95,omitempty"` // of those that had this part; 0 when only the mean is known
}

// Where is where the time went.
type Where string

const (
	InPage      Where = "page"
	OnNetwork   Where = "network"
	InServer    Where = "server" // network and application, which cannot be told apart
	InHandler   Where = "handler"
	InResources Where = "resources"
	InPatch     Where = "patch"
)

// mostSplits is how many a Result gives.
const mostSplits = 100

// Of returns the splits of a scenario, those first that users have waited for longest in all.
func Of(r *metrics.Result) []Split {
	all := slices.Concat([]Split{}, events(r), pages(r), navigations(r))
	for i := range all {
		all[i].finish()
	}
	slices.SortStableFunc(all, func(a, b Split) int { return cmp.Compare(b.together(), a.together()) })
	return all[:min(len(all), mostSplits)]
}

func (s *Split) together() float64 { return s.Mean * float64(s.Count) }

// finish leaves out parts that took no time, and sets the shares.
func (s *Split) finish() {
	s.Parts = slices.DeleteFunc(s.Parts, func(p Part) bool { return p.Mean <= 0 })
	whole := 0.0
	for _, p := range s.Parts {
		whole += p.Mean
	}
	if s.Mean == 0 {
		s.Mean = whole
	}
	s.Mean, s.P50, s.P95 = math.Round(s.Mean), math.Round(s.P50), math.Round(s.P95)
	for i := range s.Parts {
		p := &s.Parts[i]
		p.Share = math.Round(1e4*p.Mean/whole) / 1e4
		p.Mean, p.P50, p.P95 = math.Round(p.Mean), math.Round(p.P50), math.Round(p.P95)
	}
	if s.Unknown == nil {
		s.Unknown = []string{}
	}
}

// measured is a part that has a metric of its own, of which some of all had values.
func measured(where Where, name string, of values, all int64) Part {
	return Part{Where: where, Name: name, Mean: of.Sum() / float64(all), P50: of.Quantile(0.5), P95: of.Quantile(0.95)}
}
