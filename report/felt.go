package report

import (
	"unicode"
	"unicode/utf8"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/words"
)

// mostFelt is how much of what people wait for the first screen shows.
const mostFelt = 6

// felt leaves out what nobody waited for.
func felt(r *metrics.Result) []Felt {
	var all []Felt
	for _, w := range words.Felt() {
		h := r.Global.Histograms[w.Metric.Name].Aggregate
		if h.Count > 0 && len(all) < mostFelt {
			all = append(all, Felt{title(w), w.Meaning, w.Metric.Name, h.Count, digits(h.Percentile(50)), digits(h.Percentile(95)), digits(h.Percentile(99))})
		}
	}
	return all
}

// title is what people call a metric, as it begins a line.
func title(w words.Word) string {
	first, size := utf8.DecodeRuneInString(w.Name)
	if size == 0 || w.Meaning == w.Metric.Help { // names of scripts stay as they are
		return w.Name
	}
	return string(unicode.ToUpper(first)) + w.Name[size:]
}
