package terminal

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/plaintext"
)

const (
	// topLabels is how many labels of a metric the summary shows.
	topLabels = 8
	// topFailures is how many failure classes it shows.
	topFailures = 10
	// nameWidth is the most that names and labels take of a table's line.
	nameWidth = 40
)

// summary says how the run went.
func summary(results []metrics.Result, resultPath string) []text {
	var lines []text
	for _, r := range results {
		lines = append(lines, text{})
		if r.Error != "" {
			lines = append(lines, text{{whole, ""}, {bad, "✗ "}, {bold, clean(r.Name)}, {plain, " could not run: " + clean(r.Error)}})
			continue
		}
		lines = append(lines, headline(r))
		lines = append(lines, failureLines(r.Global)...)
		lines = append(lines, histogramLines(r)...)
		lines = append(lines, counterLines(r)...)
		lines = append(lines, gaugeLines(r)...)
		lines = append(lines, applicationLines(r)...)
		lines = append(lines, loadLines(r)...)
		lines = append(lines, changeLines(r.Changes)...)
		if r.Limit == nil {
			lines = append(lines, thresholdLines(r.Thresholds)...)
		}
		lines = append(lines, healthLines(r)...)
		lines = append(lines, limitLines(r.Limit)...)
	}
	if resultPath != "" && len(results) > 0 {
		lines = append(lines, text{}, text{{whole, ""}, {dim, "Result: "}, {plain, resultPath}})
	}
	return lines
}

func headline(r metrics.Result) text {
	g := r.Global
	mark := span{good, "✓ "}
	failed := g.Counters[metrics.IterationFailures.Name].Aggregate
	if g.Users.Failed > 0 || failed > 0 || !allMet(r.Thresholds) {
		mark = span{bad, "✗ "}
	}
	if r.Limit != nil { // failures beyond the limit are no surprise
		mark = span{good, "✓ "}
		if r.Limit.Held == nil {
			mark = span{bad, "✗ "}
		}
	}
	t := text{mark, {bold, clean(r.Name)}, {plain, fmt.Sprintf("  %s ok", plaintext.Plural(g.Users.Succeeded, "user"))}}
	t = t.add(plain, ", ").add(failureStyle(g.Users.Failed), plaintext.Count(g.Users.Failed)+" failed")
	t = t.add(plain, " · "+plaintext.Plural(g.Counters[metrics.Iterations.Name].Aggregate, "iteration"))
	t = t.add(plain, ", ").add(failureStyle(failed), plaintext.Count(failed)+" failed")
	t = t.add(plain, " · "+duration(time.Duration(g.ElapsedMS)*time.Millisecond))
	if len(r.Nodes) > 1 {
		t = t.add(plain, " · "+plaintext.Plural(int64(len(r.Nodes)), "node"))
	}
	return t
}

func failureStyle(n int64) style {
	if n > 0 {
		return bad
	}
	return plain
}

// failureLines list the classes of failures, each with its first message.
func failureLines(g metrics.ScenarioResult) []text {
	counts := failureCounts(g)
	if len(counts) == 0 {
		return nil
	}
	lines := []text{{}, {{bad, "  failures"}}}
	for i, class := range plaintext.MostFrequent(counts) {
		if i == topFailures {
			lines = append(lines, text{{dim, fmt.Sprintf("    and %d more classes", len(counts)-topFailures)}})
			break
		}
		t := text{{whole, "    "}, {bad, clean(class)}, {plain, " ×" + plaintext.Count(counts[class])}}
		if samples := g.FailureSamples[class]; len(samples) > 0 {
			t = t.add(plain, "  "+clean(samples[0].ReasonInspect))
		}
		lines = append(lines, t)
		lines = append(lines, evidence(g.FailureSamples[class])...)
	}
	return lines
}

// failureCounts counts failed iterations, and users that failed without having one.
func failureCounts(g metrics.ScenarioResult) map[string]int64 {
	counts := make(map[string]int64)
	for class, n := range g.Counters[metrics.IterationFailures.Name].By {
		counts[class] = n
	}
	for class, n := range g.Counters[metrics.ScenarioFailures.Name].By {
		counts[class] = max(counts[class], n)
	}
	return counts
}

// evidence points to where the first sample happened, and to the files that were kept of it.
func evidence(samples []metrics.FailureSample) []text {
	if len(samples) == 0 {
		return nil
	}
	var lines []text
	first := samples[0]
	for _, s := range samples { // the order of simultaneous failures is not fixed
		if s.Screenshot != "" {
			first = s
			break
		}
	}
	if len(first.Stacktrace) > 0 {
		lines = append(lines, text{{whole, ""}, {dim, "      " + clean(first.Stacktrace[0])}})
	}
	for _, kept := range []struct{ what, path string }{
		{"screenshot", first.Screenshot}, {"page", first.Page}, {"console", first.Console}, {"frames", first.Frames}, {"trace", first.Trace},
	} {
		if kept.path != "" {
			lines = append(lines, text{{whole, ""}, {dim, "      " + kept.what + ": " + clean(kept.path)}})
		}
	}
	return lines
}

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
		rows = append(rows, histogramRow(m, "  "+title(name), h.Aggregate))
		if !brokenDown(m) {
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
// chose, or that name parts of the application.
func brokenDown(m *metrics.Metric) bool {
	return m.Tagged || slices.Contains([]*metrics.Metric{metrics.ActionDuration, metrics.StepDuration, metrics.LiveViewEventDuration, metrics.ThrottleWait}, m)
}

func histogramRow(m *metrics.Metric, name string, v metrics.HistogramValues) []string {
	return []string{name, plaintext.Count(v.Count), human(m, v.Percentile(50)), human(m, v.Percentile(95)),
		human(m, v.Percentile(99)), human(m, v.Percentile(100))}
}

// counterLines list the counters with their most frequent labels, without the load generator's own.
func counterLines(r metrics.Result) []text {
	g := r.Global
	names := ordered(g.Counters, func(name string) bool {
		return g.Counters[name].Aggregate > 0 && !isOfServer(name) && !r.Metric(name).OfGenerator()
	})
	if len(names) == 0 {
		return nil
	}
	lines := []text{{}}
	width := 0
	for _, name := range names {
		width = max(width, len(name))
	}
	for _, name := range names {
		c, m := g.Counters[name], r.Metric(name)
		total := plaintext.Count(c.Aggregate)
		if m.Unit != metrics.Events {
			total = human(m, float64(c.Aggregate))
		}
		t := text{{plain, "  " + pad(clean(name), width) + "  " + padLeft(total, 9)}}
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
		parts = append(parts, clean(label)+" "+human(m, float64(counts[label])))
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
		rows = append(rows, gaugeRow(m, "  "+clean(title(name)), gauge.Aggregate))
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
	return []string{name, human(m, v.Last), human(m, v.Min), human(m, v.Max)}
}

func healthLines(r metrics.Result) []text {
	var lines []text
	if r.Health.Saturated {
		lines = append(lines, text{}, text{{whole, ""}, {warning, "! The load generator was saturated: the latencies above measure it, not the application alone."}})
		for _, reason := range r.Health.Reasons {
			lines = append(lines, text{{whole, ""}, {warning, "  " + clean(reason)}})
		}
	}
	for i, note := range r.Health.Notes {
		if i == 0 {
			lines = append(lines, text{})
		}
		lines = append(lines, text{{whole, ""}, {dim, "  note: " + clean(note)}})
	}
	return lines
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
