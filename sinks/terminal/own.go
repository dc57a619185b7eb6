package terminal

import (
	"cmp"
	"maps"
	"slices"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/words"
	"github.com/liveload/liveload/sinks/plaintext"
	"github.com/liveload/liveload/sinks/readable"
)

// ownLines show the histograms and counters that the script defines.
func ownLines(r *metrics.Result, width int) []text {
	times := []tableRow{{style: dim, name: "  measured by the script", cells: []string{"p50", "p95", "p99", "max", "count"}}}
	counts := []tableRow{{style: dim, name: "  counted by the script", cells: []string{"in all"}}}
	for _, m := range r.Metrics {
		h, c := r.Global.Histograms[m.Name], r.Global.Counters[m.Name]
		switch {
		case isOfServer(m.Name):
		case h.Aggregate.Count > 0:
			times = append(times, feltRow(readable.Felt{Name: words.Of(m).Name, Metric: m, Values: h.Aggregate}, width))
			times = append(times, labelRows(m, h.By, width)...)
		case c.Aggregate > 0:
			row := tableRow{name: "    " + clean(words.Of(m).Name), cells: []string{inAll(m, c.Aggregate)}}
			row.last = row.last.add(dim, labelsOf(m, c, width-columns(row.name)-14))
			counts = append(counts, row)
		}
	}
	var lines []text
	for _, rows := range [][]tableRow{times, counts} {
		if len(rows) > 1 {
			lines = append(append(lines, text{}), table(width, rows)...)
		}
	}
	return lines
}

// labelRows are the labels of a metric that were measured most often, where there are several.
func labelRows(m *metrics.Metric, by map[string]metrics.HistogramValues, width int) (rows []tableRow) {
	labels := slices.SortedFunc(maps.Keys(by), func(a, b string) int { return cmp.Or(cmp.Compare(by[b].Count, by[a].Count), cmp.Compare(a, b)) })
	if len(labels) < 2 {
		return nil
	}
	for i, label := range labels {
		if i == topLabels {
			rows = append(rows, tableRow{style: dim, name: "      and " + plaintext.Count(int64(len(labels)-i)) + " more"})
			break
		}
		row := feltRow(readable.Felt{Name: label, Metric: m, Values: by[label]}, width)
		row.style = dim
		row.name = "      " + clean(label)
		rows = append(rows, row)
	}
	return rows
}
