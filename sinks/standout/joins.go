package standout

import (
	"fmt"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/plaintext"
)

const (
	// fewestRepeated joins, and leastRepeated for each join that was accepted, are too many.
	fewestRepeated, leastRepeated = 5, 0.1
)

var joinsRule = rule{
	name: "joins-that-repeat", find: joins,
	advice: "Read the application's log for crashes of this LiveView. A mount that takes longer than the client waits (10 s) is asked for again too.",
}

// joins finds pages whose views ask again and again to join.
func joins(v *run) (found []Finding) {
	repeated, crashes := v.counter(metrics.LiveViewRepeatedJoins).By, map[string]int64{}
	refused := map[string]int64{}
	for _, one := range sets(metrics.LiveViewErrors, v.counter(metrics.LiveViewErrors)) {
		if page := one.Labels.Get("page"); one.Labels.Get("kind") == "join crash" {
			refused[page] += one.Value
		} else {
			crashes[page] += one.Value
		}
	}
	pages := make(map[string]bool)
	for page := range repeated {
		pages[page] = true
	}
	for page := range refused {
		pages[page] = true
	}
	for _, page := range labelsOf(pages) {
		again := max(repeated[page], refused[page]) // a client whose join crashed loads the page again
		accepted := v.histogram(metrics.LiveViewJoinDuration).By[page].Count
		if again < fewestRepeated || float64(again) < leastRepeated*float64(accepted) {
			continue
		}
		f := Finding{
			Metric: metrics.LiveViewRepeatedJoins.Name, Label: page, size: float64(again),
			Sentence: fmt.Sprintf("LiveViews on %s join again and again: %s joins were repeated, of %s in all.", plaintext.Line(page), plaintext.Count(again), plaintext.Count(max(accepted+refused[page], again))),
			How:      "Joins of a view that had not left, on a socket that had not been cut, or that crashed: so many that each would be a fault of its own, and at least one for ten that were accepted.",
			Numbers:  []Measured{{"repeated", float64(again), ""}, {"accepted", float64(accepted), ""}},
		}
		if refused[page] > 0 {
			f.Metric, f.Label = metrics.LiveViewErrors.Name, "join crash"
		}
		if n := crashes[page] + refused[page]; n > 0 {
			f.Sentence += fmt.Sprintf(" They had crashed %s.", plaintext.Plural(n, "time"))
			f.Numbers = append(f.Numbers, Measured{"crashes", float64(n), ""})
		}
		found = append(found, f)
	}
	return found
}
