package standout

import (
	"fmt"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/plaintext"
	"github.com/liveload/liveload/sinks/readable"
)

const (
	// fewestKeys are needed to tell how an input behaves, and perKey is how many events for each mean that nothing waits.
	fewestKeys, perKey = 20, 0.8
)

var typingRule = rule{
	name: "inputs-without-debounce", find: typing,
	advice: "Add phx-debounce=\"300\" to the input (or phx-debounce=\"blur\" where nothing is shown before it is left).",
}

// typing finds inputs that push an event for each key.
func typing(v *run) (found []Finding) {
	m := metrics.LiveViewKeystrokes
	by := v.counter(m)
	for _, event := range labelsOf(by.By) {
		keys, events := by.By[event], v.counter(metrics.LiveViewKeyEvents).By[event]
		share := float64(events) / max(float64(keys), 1)
		if keys < fewestKeys || share < perKey {
			continue
		}
		found = append(found, Finding{
			Metric: metrics.LiveViewKeyEvents.Name, Label: event, size: float64(events),
			Sentence: fmt.Sprintf("The input that pushes %s%s has no debounce, or a very short one: %s events for %s keys (%s for each).",
				quoted(event), onPages(m, by, event, itself), plaintext.Count(events), plaintext.Count(keys), readable.Number(share)),
			How:     "Keys that followed the one before within a second, against the events that were pushed after them: 1 for each key without debounce, far fewer with one.",
			Numbers: []Measured{{"events for each key", share, ""}, {"keys", float64(keys), ""}, {"events", float64(events), ""}},
		})
	}
	return found
}
