package readable

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/words"
	"github.com/liveload/liveload/sinks/plaintext"
)

// Felt is a row of what a run felt like to its users: something that they waited for, and how long.
type Felt struct {
	Name    string // "page opened", "step checkout"
	Meaning string
	Metric  *metrics.Metric
	Values  metrics.HistogramValues
	Slowest string // the label with the largest p95, when that is much above Values; "" otherwise
	Worst   metrics.HistogramValues
}

// fewest is how many values of a label say how slow it is.
const fewest = 10

// WhatItFeltLike returns what was measured of all that users wait for. Of named steps there is a row for each.
func WhatItFeltLike(r *metrics.Result) (rows []Felt) {
	for _, w := range words.Felt() {
		h := r.Global.Histograms[w.Metric.Name]
		switch {
		case h.Aggregate.Count == 0:
		case w.Metric == metrics.StepDuration:
			rows = append(rows, steps(r)...)
		default:
			row := Felt{Name: w.Name, Meaning: w.Meaning, Metric: w.Metric, Values: h.Aggregate}
			if w.Metric.Labels[0].Name != metrics.OutcomeLabel {
				row.Slowest, row.Worst = slowest(h)
			}
			rows = append(rows, row)
		}
	}
	return rows
}

// steps are the named steps, in the order of the journey.
func steps(r *metrics.Result) (rows []Felt) {
	h, begins := r.Global.Histograms[metrics.StepDuration.Name], r.Global.Histograms[metrics.StepOffset.Name].By
	names := slices.SortedFunc(maps.Keys(h.By), func(a, b string) int {
		return cmp.Or(cmp.Compare(begins[a].Percentile(50), begins[b].Percentile(50)), cmp.Compare(a, b))
	})
	for _, name := range names {
		rows = append(rows, Felt{Name: "step " + plaintext.Line(name), Metric: metrics.StepDuration, Values: h.By[name]})
	}
	return rows
}

// muchSlower is how far the p95 of a label is above that of all for it to be worth a word.
const muchSlower = 1.2

// slowest returns the label with the largest p95 of those that were measured often enough, "" when none stands out.
func slowest(h metrics.HistogramBy) (label string, worst metrics.HistogramValues) {
	most := muchSlower * h.Aggregate.Percentile(95)
	for _, one := range slices.Sorted(maps.Keys(h.By)) {
		v := h.By[one]
		if p95 := v.Percentile(95); v.Count >= fewest && one != metrics.OtherLabel && p95 > most {
			label, worst, most = plaintext.Line(one), v, p95
		}
	}
	return label, worst
}

// Amount is how much there was of something, in all and per second.
type Amount struct {
	Name      string // "requests to the server"
	Total     string
	PerSecond string // "" when the time is not known
}

// amounts are what says how large a load was.
var amounts = []*metrics.Metric{
	metrics.Iterations, metrics.HTTPRequests, metrics.LiveViewEvents, metrics.LiveViewPushes, metrics.WebSocketConnectionsOpened, metrics.HTTPBytesReceived, metrics.Checks,
}

// HowMuch returns what was done, of all that was.
func HowMuch(r *metrics.Result) (rows []Amount) {
	lasted := Lasted(r).Seconds()
	for _, m := range amounts {
		n := r.Global.Counters[m.Name].Aggregate
		if n == 0 {
			continue
		}
		row := Amount{Name: words.Of(m).Name, Total: plaintext.Count(n)}
		if m.Unit == metrics.Bytes {
			row.Total = Bytes(float64(n))
		}
		if rate := float64(n) / lasted; lasted > 0 && m.Unit == metrics.Bytes {
			row.PerSecond = Bytes(rate) + "/s"
		} else if lasted > 0 {
			row.PerSecond = Number(rate) + "/s"
		}
		rows = append(rows, row)
	}
	return rows
}

// Lasted is the time of the scenario, which rates are of.
func Lasted(r *metrics.Result) time.Duration {
	return time.Duration(cmp.Or(r.Global.ScenarioMS, r.Global.ElapsedMS)) * time.Millisecond
}
