package terminal

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/words"
	"github.com/liveload/liveload/sinks/plaintext"
	"github.com/liveload/liveload/sinks/readable"
)

const (
	// topLabels is how many labels of a metric the summary shows.
	topLabels = 8
	// nameWidth is the most that names and labels take of a table's line.
	nameWidth = 40
)

// histogramLines is the table of all histograms, without the load generator's own.
func histogramLines(r metrics.Result) []text {
	g := r.Global
	names := ordered(g.Histograms, func(name string) bool {
		return g.Histograms[name].Aggregate.Count > 0 && !r.Metric(name).OfGenerator()
	})
	if len(names) == 0 {
		return nil
	}
	rows := [][]string{{"", "count", "p50", "p95", "p99", "max"}}
	for _, name := range names {
		h, m := g.Histograms[name], r.Metric(name)
		rows = append(rows, histogramRow(m, "  "+words.Of(m).Name, h.Aggregate))
		if !brokenDown(m, h) {
			continue
		}
		labels := make(map[string]int64, len(h.By))
		for label, v := range h.By {
			labels[label] = v.Count
		}
		for i, label := range plaintext.MostFrequent(labels) {
			if i == topLabels {
				rows = append(rows, []string{fmt.Sprintf("    and %d more", len(labels)-topLabels)})
				break
			}
			rows = append(rows, histogramRow(m, "    "+clean(label), h.By[label]))
		}
	}
	return append([]text{{}}, table(rows)...)
}

// brokenDown says whether the summary shows the labels of a metric: those that the scenario's author
// chose, or that name parts of the application. Where iterations have failed, their times are apart.
func brokenDown(m *metrics.Metric, h metrics.HistogramBy) bool {
	if m == metrics.IterationDuration || m == metrics.IterationResponse {
		return len(h.By) > 1
	}
	return m.Tagged || slices.Contains([]*metrics.Metric{
		metrics.ActionDuration, metrics.ActionFailureTime, metrics.StepDuration, metrics.StepFailureTime, metrics.LiveViewEventDuration, metrics.ThrottleWait,
	}, m)
}

func histogramRow(m *metrics.Metric, name string, v metrics.HistogramValues) []string {
	return []string{name, plaintext.Count(v.Count), readable.Value(m, v.Percentile(50)), readable.Value(m, v.Percentile(95)),
		readable.Value(m, v.Percentile(99)), readable.Value(m, v.Percentile(100))}
}

// counterLines list the counters with their most frequent labels, without the load generator's own.
func counterLines(r metrics.Result) []text {
	g := r.Global
	names := ordered(g.Counters, func(name string) bool {
		return g.Counters[name].Aggregate > 0 && name != metrics.FailureCauses.Name && !isOfServer(name) && !r.Metric(name).OfGenerator()
	})
	if len(names) == 0 {
		return nil
	}
	lines := []text{{}}
	width := 0
	for _, name := range names {
		width = max(width, utf8.RuneCountInString(clean(words.Of(r.Metric(name)).Name)))
	}
	for _, name := range names {
		c, m := g.Counters[name], r.Metric(name)
		total := plaintext.Count(c.Aggregate)
		if m.Unit != metrics.Events {
			total = readable.Value(m, float64(c.Aggregate))
		}
		t := text{{plain, "  " + pad(clean(words.Of(m).Name), width) + "  " + padLeft(total, 9)}}
		lines = append(lines, t.add(dim, "  "+labelsOf(m, c)))
	}
	return lines
}

func labelsOf(m *metrics.Metric, c metrics.CounterBy) string {
	counts := c.By
	if m.PassesOrFails() && c.Series != nil { // by name alone, nobody would see what has failed
		counts = make(map[string]int64)
		for _, s := range c.Series {
			counts[m.Text(s.Labels)] = s.Value
		}
	}
	var parts []string
	for i, label := range plaintext.MostFrequent(counts) {
		if i == topLabels {
			parts = append(parts, "…")
			break
		}
		parts = append(parts, clean(label)+" "+readable.Value(m, float64(counts[label])))
	}
	return strings.Join(parts, " · ")
}

// gaugeLines list the gauges with their last, smallest and largest value, and their labels.
func gaugeLines(r metrics.Result) []text {
	g := r.Global
	names := ordered(g.Gauges, func(name string) bool { return !isOfServer(name) })
	if len(names) == 0 {
		return nil
	}
	rows := [][]string{{"", "last", "min", "max"}}
	for _, name := range names {
		gauge, m := g.Gauges[name], r.Metric(name)
		rows = append(rows, gaugeRow(m, "  "+clean(words.Of(m).Name), gauge.Aggregate))
		for i, label := range slices.Sorted(maps.Keys(gauge.By)) {
			if i == topLabels {
				rows = append(rows, []string{fmt.Sprintf("    and %d more", len(gauge.By)-topLabels)})
				break
			}
			rows = append(rows, gaugeRow(m, "    "+clean(label), gauge.By[label]))
		}
	}
	return append([]text{{}}, table(rows)...)
}

func gaugeRow(m *metrics.Metric, name string, v metrics.GaugeValue) []string {
	return []string{name, readable.Value(m, v.Last), readable.Value(m, v.Min), readable.Value(m, v.Max)}
}

// ordered returns the names to show: those of the catalogue in its order, then the others by name.
func ordered[V any](m map[string]V, show func(name string) bool) []string {
	var names []string
	for _, known := range metrics.Catalogue() {
		if _, ok := m[known.Name]; ok && show(known.Name) {
			names = append(names, known.Name)
		}
	}
	inCatalogue := len(names)
	for name := range m {
		if !slices.Contains(names, name) && show(name) {
			names = append(names, name)
		}
	}
	slices.Sort(names[inCatalogue:])
	return names
}

// table aligns rows: the first column left, the others right. The first row is the head.
func table(rows [][]string) []text {
	widths := make([]int, len(rows[0]))
	for _, r := range rows {
		r[0] = cut(r[0], nameWidth)
		for i, cell := range r {
			widths[i] = max(widths[i], len([]rune(cell)))
		}
	}
	lines := make([]text, 0, len(rows))
	for i, r := range rows {
		style := plain
		if i == 0 || strings.HasPrefix(r[0], "    ") {
			style = dim
		}
		line := pad(r[0], widths[0])
		for j, cell := range r[1:] {
			line += "  " + padLeft(cell, widths[j+1])
		}
		lines = append(lines, text{{style, line}})
	}
	return lines
}
