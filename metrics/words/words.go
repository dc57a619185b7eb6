// Package words says what people call what is measured: "page opened", not web_vital_ or _us. Everything that people read
// takes its words from here; Results, outputs and thresholds have the names of the catalogue.
package words

import (
	"slices"
	"strings"

	"github.com/liveload/liveload/metrics"
)

// A Word is what people call a metric.
type Word struct {
	Metric  *metrics.Metric
	Name    string // as it begins a row of a table: "page opened"
	Unit    string // of a chart's axis: "ms", "kB", "%"; of counters a rate, such as "/s"; "" for a plain number
	Meaning string // in one sentence
}

// Of returns the words for a metric. Metrics of scripts and of the tested application keep their names, without a unit that
// their values are written with.
func Of(m *metrics.Metric) Word {
	if i := slices.IndexFunc(table, func(w Word) bool { return w.Metric.Name == m.Name }); i >= 0 {
		return table[i]
	}
	return Word{Metric: m, Name: withoutUnit(m.Name), Unit: unitOf(m), Meaning: m.Help}
}

// All returns the words for every metric of the catalogue, in an order to show them in.
func All() []Word { return slices.Clone(table) }

// Felt returns the histograms that say what the run felt like to a user, the most telling first. Few runs measure all.
func Felt() []Word {
	felt := make([]Word, 0, len(whatItFeltLike))
	for _, m := range whatItFeltLike {
		felt = append(felt, Of(m))
	}
	return felt
}

var whatItFeltLike = []*metrics.Metric{
	metrics.DocumentLoad,
	metrics.WebVitalLCP,
	metrics.LiveViewConnectionDuration,
	metrics.LiveViewEventDuration,
	metrics.SoftNavigationDuration,
	metrics.WebVitalINP,
	metrics.HTTPRequestDuration,
	metrics.StepDuration,
	metrics.IterationDuration,
	metrics.IterationResponse,
}

func withoutUnit(name string) string {
	for _, suffix := range []string{"_us", "_percent"} {
		if short, ok := strings.CutSuffix(name, suffix); ok {
			return short
		}
	}
	return name
}

// unitOf is the unit of a metric that has no words of its own.
func unitOf(m *metrics.Metric) string {
	unit := m.Unit
	switch m.Unit {
	case metrics.Microseconds:
		unit = "ms"
	case metrics.Bytes:
		unit = "kB"
	case metrics.Percent:
		unit = "%"
	case metrics.Events, metrics.Ratio:
		unit = ""
	}
	if m.Kind == metrics.Counter {
		unit += "/s"
	}
	return unit
}
