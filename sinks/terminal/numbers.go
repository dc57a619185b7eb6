package terminal

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/words"
	"github.com/liveload/liveload/sinks/plaintext"
	"github.com/liveload/liveload/sinks/readable"
)

// topLabels is how many labels of a metric a table shows.
const topLabels = 8

// histogramLines is the table of all histograms, without the load generator's own.
func histogramLines(r metrics.Result, width int) []text {
	g := r.Global
	names := ordered(g.Histograms, func(name string) bool {
		return g.Histograms[name].Aggregate.Count > 0 && !r.Metric(name).OfGenerator()
	})
	if len(names) == 0 {
		return nil
	}
	rows := []tableRow{{style: dim, name: "  everything measured", cells: []string{"count", "min", "p50", "p90", "p95", "p99", "max", "mean"}}}
	if width < widthOfSlowest {
		rows[0].cells = []string{"count", "p50", "p95", "p99", "max"}
	}
	for _, name := range names {
		h, m := g.Histograms[name], r.Metric(name)
		rows = append(rows, histogramRow(m, plain, "    "+clean(words.Of(m).Name), h.Aggregate, width))
		if !brokenDown(m, h) {
			continue
		}
		labels := make(map[string]int64, len(h.By))
		for label, v := range h.By {
			labels[label] = v.Count
		}
		for i, label := range plaintext.MostFrequent(labels) {
			if i == topLabels {
				rows = append(rows, tableRow{style: dim, name: fmt.Sprintf("      and %d more", len(labels)-topLabels)})
				break
			}
			rows = append(rows, histogramRow(m, dim, "      "+clean(label), h.By[label], width))
		}
	}
	return append([]text{{}}, table(width, rows)...)
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

func histogramRow(m *metrics.Metric, s style, name string, v metrics.HistogramValues, width int) tableRow {
	cells := []string{plaintext.Count(v.Count)}
	percentiles := []float64{0, 50, 90, 95, 99, 100}
	if width < widthOfSlowest {
		percentiles = []float64{50, 95, 99, 100}
	}
	for _, p := range percentiles {
		cells = append(cells, readable.Value(m, v.Percentile(p)))
	}
	if width >= widthOfSlowest {
		cells = append(cells, readable.Value(m, v.Sum/float64(max(v.Count, 1))))
	}
	return tableRow{style: s, name: name, cells: cells}
}

// counterLines list the counters with their most frequent labels, without the load generator's own.
func counterLines(r metrics.Result, width int) []text {
	g := r.Global
	names := ordered(g.Counters, func(name string) bool {
		return g.Counters[name].Aggregate > 0 && name != metrics.FailureCauses.Name && !isOfServer(name) && !r.Metric(name).OfGenerator()
	})
	if len(names) == 0 {
		return nil
	}
	rows := []tableRow{{style: dim, name: "  everything counted", cells: []string{"in all"}}}
	for _, name := range names {
		c, m := g.Counters[name], r.Metric(name)
		rows = append(rows, tableRow{name: "    " + clean(words.Of(m).Name), cells: []string{inAll(m, c.Aggregate)}})
	}
	lines := table(width, rows)
	for i, at := 0, 1; i < len(names); at++ { // a long name has a line before its numbers
		if lines[at][0].style == whole {
			continue
		}
		lines[at] = lines[at].add(dim, labelsOf(r.Metric(names[i]), g.Counters[names[i]], width-lines[at].columns()))
		i++
	}
	return append([]text{{}}, lines...)
}

// labelsOf lists the most frequent labels of a counter, as many as there is room for.
func labelsOf(m *metrics.Metric, c metrics.CounterBy, room int) string {
	counts := c.By
	if m.PassesOrFails() && c.Series != nil { // by name alone, nobody would see what has failed
		counts = make(map[string]int64)
		for _, s := range c.Series {
			counts[m.Text(s.Labels)] = s.Value
		}
	}
	list := ""
	for i, label := range plaintext.MostFrequent(counts) {
		more := "  and " + strconv.Itoa(len(counts)-i) + " more"
		part := " · " + clean(label) + " " + inAll(m, counts[label])
		if i == 0 {
			part = " " + part[len(" ·"):]
		}
		if i == topLabels || columns(list+part)+columns(more) > room {
			return list + more
		}
		list += part
	}
	return list
}

// inAll is what a counter has counted.
func inAll(m *metrics.Metric, n int64) string {
	if m.Unit == metrics.Events {
		return plaintext.Count(n)
	}
	return readable.Value(m, float64(n))
}

// gaugeLines list the gauges with their last, smallest and largest value, and their labels.
func gaugeLines(r metrics.Result, width int) []text {
	g := r.Global
	names := ordered(g.Gauges, func(name string) bool { return !isOfServer(name) })
	if len(names) == 0 {
		return nil
	}
	rows := []tableRow{{style: dim, name: "  gauges", cells: []string{"last", "min", "max"}}}
	for _, name := range names {
		gauge, m := g.Gauges[name], r.Metric(name)
		rows = append(rows, gaugeRow(m, plain, "    "+clean(words.Of(m).Name), gauge.Aggregate))
		for i, label := range slices.Sorted(maps.Keys(gauge.By)) {
			if i == topLabels {
				rows = append(rows, tableRow{style: dim, name: fmt.Sprintf("      and %d more", len(gauge.By)-topLabels)})
				break
			}
			rows = append(rows, gaugeRow(m, dim, "      "+clean(label), gauge.By[label]))
		}
	}
	return append([]text{{}}, table(width, rows)...)
}

func gaugeRow(m *metrics.Metric, s style, name string, v metrics.GaugeValue) tableRow {
	return tableRow{style: s, name: name, cells: []string{readable.Value(m, v.Last), readable.Value(m, v.Min), readable.Value(m, v.Max)}}
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
