package standout

import (
	"fmt"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/plaintext"
	"github.com/liveload/liveload/sinks/readable"
)

const (
	// muchLonger and longer say when a first connection is slow beside later ones of the same page.
	muchLonger, longer = 2.0, 500_000.0 // microseconds
	// fewestVisits are needed of both.
	fewestVisits = 5
)

var firstRule = rule{
	name: "slow-first-connections", find: first, timed: true,
	advice: "First visits are what new users have: smaller JavaScript, a warm cache on the server, less work at the first mount of a session.",
}

// first finds pages whose first connection of a session is much slower than later ones.
func first(v *run) (found []Finding) {
	m := metrics.LiveViewConnectionDuration
	firsts, laters := make(map[string]metrics.HistogramValues), make(map[string]metrics.HistogramValues)
	for _, one := range v.histogram(m).Series {
		switch page := one.Labels.Get("page"); one.Labels.Get(metrics.VisitLabel) {
		case metrics.FirstVisit:
			firsts[page] = one.Value
		case metrics.LaterVisit:
			laters[page] = one.Value
		}
	}
	for _, page := range labelsOf(firsts) {
		a, b := firsts[page], laters[page]
		slow, fast := a.Percentile(50), b.Percentile(50)
		if a.Count < fewestVisits || b.Count < fewestVisits || slow < muchLonger*fast || slow-fast < longer {
			continue
		}
		found = append(found, Finding{
			Metric: m.Name, Label: page, size: slow,
			Sentence: fmt.Sprintf("The first connection of a session to %s takes %s, later ones %s (medians).", plaintext.Line(page), readable.Microseconds(slow), readable.Microseconds(fast)),
			How:      fmt.Sprintf("%d first connections of browser sessions, which have nothing in their cache, against %d later ones of the same page.", a.Count, b.Count),
			Numbers:  []Measured{{"median of first", slow, m.Unit}, {"median of later", fast, m.Unit}},
		})
	}
	return found
}
