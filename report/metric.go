package report

import (
	"maps"
	"math"
	"slices"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/words"
)

// A Metric is what was measured of a metric over the whole run.
type Metric struct {
	Name    string       `json:"name"`
	Title   string       `json:"title"` // what people call it
	Kind    metrics.Kind `json:"kind"`
	Unit    string       `json:"unit"`
	Meaning string       `json:"meaning"`
	Help    string       `json:"help"`   // when a sample is taken
	Labels  []string     `json:"labels"` // their names
	All     Values       `json:"all"`
	Rows    []Row        `json:"rows"` // for each set of labels, those with the most samples first
}

// A Row is what was measured with one set of labels.
type Row struct {
	Labels []string `json:"labels"`         // in the order of the metric's
	Tags   string   `json:"tags,omitempty"` // those that a script has given
	Values
}

// Values are the numbers of a metric: Count of a counter, Last, Min and Max of a gauge, all others of a histogram.
type Values struct {
	Count int64   `json:"count"`
	Sum   float64 `json:"sum,omitempty"`
	Min   float64 `json:"min,omitempty"`
	P50   float64 `json:"p50,omitempty"`
	P90   float64 `json:"p90,omitempty"`
	P95   float64 `json:"p95,omitempty"`
	P99   float64 `json:"p99,omitempty"`
	P999  float64 `json:"p999,omitempty"`
	Max   float64 `json:"max,omitempty"`
	Last  float64 `json:"last,omitempty"`
	Bins  *Bins   `json:"bins,omitempty"`
}

// listed are the metrics in an order to show them in: those that people ask for first, then those of scripts, and those that
// only another version knows.
func listed(r *metrics.Result, of *metrics.ScenarioResult) (all []*metrics.Metric) {
	known := make(map[string]bool)
	add := func(m *metrics.Metric) {
		if !known[m.Name] {
			known[m.Name], all = true, append(all, m)
		}
	}
	for _, w := range words.All() {
		add(w.Metric)
	}
	for _, m := range r.Metrics {
		add(m)
	}
	for _, name := range slices.Sorted(maps.Keys(of.Histograms)) {
		add(&metrics.Metric{Name: name, Kind: metrics.Histogram})
	}
	for _, name := range slices.Sorted(maps.Keys(of.Counters)) {
		add(&metrics.Metric{Name: name, Kind: metrics.Counter})
	}
	return all
}

// metricsOf lists what was measured.
func metricsOf(r *metrics.Result, of *metrics.ScenarioResult) []Metric {
	var all []Metric
	for _, m := range listed(r, of) {
		w := words.Of(m)
		one := Metric{Name: m.Name, Title: title(w), Meaning: w.Meaning, Kind: m.Kind, Unit: m.Unit, Help: m.Help}
		for _, l := range m.Labels {
			one.Labels = append(one.Labels, l.Name)
		}
		known := false
		switch m.Kind {
		case metrics.Histogram:
			known = fill(&one, m, of.Histograms, distribution)
		case metrics.Gauge:
			known = fill(&one, m, of.Gauges, func(g metrics.GaugeValue) Values { return Values{Last: g.Last, Min: g.Min, Max: g.Max} })
		default:
			known = fill(&one, m, of.Counters, func(n int64) Values { return Values{Count: n} })
		}
		if known {
			all = append(all, one)
		}
	}
	return all
}

// fill sets the numbers of a metric, and says whether there are any.
func fill[T any](out *Metric, m *metrics.Metric, measured map[string]metrics.By[T], values func(T) Values) bool {
	by, known := measured[m.Name]
	if !known {
		return false
	}
	out.All = values(by.Aggregate)
	for _, one := range by.Series {
		row := Row{Values: values(one.Value)}
		tags := one.Labels
		for _, l := range m.Labels {
			row.Labels = append(row.Labels, one.Labels.Get(l.Name))
			tags = tags.With(l.Name, "")
		}
		row.Tags = tags.String()
		out.Rows = append(out.Rows, row)
	}
	if by.Series == nil {
		for _, label := range slices.Sorted(maps.Keys(by.By)) {
			row := Row{Labels: []string{label}, Values: values(by.By[label])}
			if len(m.Labels) == 0 { // tags of a script
				row.Labels, row.Tags = nil, label
			}
			out.Rows = append(out.Rows, row)
		}
	}
	slices.SortStableFunc(out.Rows, func(a, b Row) int { return int(min(max(b.Count-a.Count, -1), 1)) })
	return true
}

func distribution(h metrics.HistogramValues) Values {
	q := h.Sketch.Quantiles(0.5, 0.9, 0.95, 0.99, 0.999)
	for i := range q {
		q[i] = min(digits(q[i]), h.Sketch.Max())
	}
	return Values{
		Count: h.Count, Sum: digits(h.Sum), Min: h.Sketch.Min(), P50: q[0], P90: q[1], P95: q[2], P99: q[3], P999: q[4], Max: h.Sketch.Max(), Bins: binsOf(h.Sketch),
	}
}

// digits keeps five, which is far below the error of a percentile.
func digits(v float64) float64 {
	if v < 1e-9 {
		return v
	}
	scale := math.Pow10(4 - int(math.Floor(math.Log10(v))))
	return math.Round(v*scale) / scale
}
