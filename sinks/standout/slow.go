package standout

import (
	"fmt"
	"slices"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/readable"
)

const (
	// slowAnswer interrupts what a person thinks, and slowPatch is felt as a page that does not react.
	slowAnswer = 1_000_000.0 // microseconds
	slowPatch  = 200_000.0
	// ownDelay is how many times the load generator's own delay (p95) the time of a patch must be: the page runs on its machine.
	ownDelay = 3.0
)

var slowEventsRule = rule{
	name: "slow-events", find: slowEvents, timed: true,
	advice: "Look at what its handler does: queries, calls to other services. What takes long can go on in the background (start_async).",
}

// slowEvents finds events that are slow, whatever the load was.
func slowEvents(v *run) (found []Finding) {
	m := metrics.LiveViewEventDuration
	by := v.histogram(m)
	for _, event := range labelsOf(by.By) {
		h := by.By[event]
		p50 := h.Percentile(50)
		if h.Count < fewestSamples || p50 < slowAnswer || v.explains(m, event) {
			continue
		}
		found = append(found, Finding{
			Metric: m.Name, Label: event, size: p50,
			Sentence: fmt.Sprintf("%s%s is slow: half of all answers take longer than %s.", subject(m, event), onPages(m, by, event, countOf), readable.Microseconds(p50)),
			How:      fmt.Sprintf("Median of %d answers, for which no growth with users or with time was found. A second is when people lose their train of thought.", h.Count),
			Numbers:  []Measured{{"median", p50, m.Unit}, {"answers", float64(h.Count), ""}},
		})
	}
	return found
}

// explains says whether a rule before has said this of the metric.
func (v *run) explains(m *metrics.Metric, label string) bool {
	return slices.ContainsFunc(v.found, func(f Finding) bool { return f.Metric == m.Name && f.Label == label })
}

var slowPatchesRule = rule{
	name: "slow-patches", find: slowPatches, timed: true,
	advice: "The page is what is slow: fewer elements, phx-update=\"stream\" for long lists, less work in hooks (updated).",
}

// slowPatches finds events whose answer takes the page long to show.
func slowPatches(v *run) (found []Finding) {
	m := metrics.LiveViewPatchDuration
	by := v.histogram(m)
	for _, event := range labelsOf(by.By) {
		h := by.By[event]
		p50, answer := h.Percentile(50), v.histogram(metrics.LiveViewEventDuration).By[event].Percentile(50)
		if h.Count < fewestSamples || p50 < slowPatch || p50 < answer || p50 < ownDelay*v.delay() {
			continue
		}
		found = append(found, Finding{
			Metric: m.Name, Label: event, size: p50,
			Sentence: fmt.Sprintf("The page takes longer to show the answer to %s%s than the server to give it: %s against %s (medians).",
				quoted(event), onPages(m, by, event, countOf), readable.Microseconds(p50), readable.Microseconds(answer)),
			How:     fmt.Sprintf("%d answers, from their arrival until the DOM was patched. A page that does not react for %s feels stuck.", h.Count, readable.Microseconds(slowPatch)),
			Numbers: []Measured{{"median until shown", p50, m.Unit}, {"median until answered", answer, m.Unit}},
		})
	}
	return found
}

// delay is how late the load generator was, mostly.
func (v *run) delay() float64 {
	return median(v.r.Global.TimeSeries.Histograms[metrics.GeneratorLag.Name].Aggregate.P95)
}
