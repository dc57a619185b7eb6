package markdown

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/words"
	"github.com/liveload/liveload/sinks/plaintext"
)

// mostLabels is how many labels of a metric a table shows, those with the most samples.
const mostLabels = 25

// labelled indents the name of a label below that of its metric.
func labelled(label string) string { return "&nbsp;&nbsp;&nbsp;" + Code(metrics.Shorten(label, 200)) }

// named is what people call a metric, and the name that thresholds and the Result have.
func named(m *metrics.Metric) string {
	if name := words.Of(m).Name; name != m.Name {
		return Text(name) + "<br>" + Code(m.Name)
	}
	return Code(m.Name)
}

// table folds a table away.
func table(b block, title, head string) block {
	b = begun(b, "\n<details><summary>"+title+"</summary>\n\n"+head)
	if len(b.rows) > 0 {
		b.foot = "\n</details>\n"
	}
	return b
}

// distributions is the table of all histograms of a part of the run, with their labels.
func distributions(r *metrics.Result, title string, of *metrics.ScenarioResult, rank int) block {
	b := block{name: title, rank: rank, more: row("and %s more rows", "", "", "", "", "", "", "", "")}
	for _, m := range append(metrics.Catalogue(), r.Metrics...) {
		h := of.Histograms[m.Name]
		if h.Aggregate.Count == 0 {
			continue
		}
		b.rows = append(b.rows, distribution(m, named(m), h.Aggregate))
		labels := labelsByCount(h.By, func(v metrics.HistogramValues) int64 { return v.Count })
		for i, label := range labels {
			if i == mostLabels {
				b.rows = append(b.rows, row(fmt.Sprintf("&nbsp;&nbsp;&nbsp;and %d more", len(labels)-i), "", "", "", "", "", "", "", ""))
				break
			}
			b.rows = append(b.rows, distribution(m, labelled(label), h.By[label]))
		}
	}
	return table(b, title, "| metric | count | min | p50 | p90 | p95 | p99 | max | mean |\n|---|--:|--:|--:|--:|--:|--:|--:|--:|\n")
}

func distribution(m *metrics.Metric, name string, v metrics.HistogramValues) string {
	cells := []string{name, plaintext.Count(v.Count)}
	for _, p := range []float64{0, 50, 90, 95, 99, 100} {
		cells = append(cells, value(m, v.Percentile(p)))
	}
	return row(append(cells, value(m, v.Sum/float64(max(v.Count, 1))))...)
}

// labelsByCount are the labels with the most samples first.
func labelsByCount[V any](by map[string]V, count func(V) int64) []string {
	return slices.SortedFunc(maps.Keys(by), func(a, b string) int {
		return cmp.Or(cmp.Compare(count(by[b]), count(by[a])), cmp.Compare(a, b))
	})
}

// counts is the table of all counters of a part of the run, with their labels.
func counts(r *metrics.Result, title string, of *metrics.ScenarioResult, rank int) block {
	b := block{name: title, rank: rank, more: row("and %s more rows", "")}
	for _, m := range append(metrics.Catalogue(), r.Metrics...) {
		c := of.Counters[m.Name]
		if c.Aggregate == 0 || m == metrics.FailureCauses { // which have a table
			continue
		}
		b.rows = append(b.rows, row(named(m), amount(m, c.Aggregate)))
		by := c.By
		if m.PassesOrFails() && c.Series != nil { // by name alone, nobody would see what has failed
			by = make(map[string]int64, len(c.Series))
			for _, s := range c.Series {
				by[m.Text(s.Labels)] = s.Value
			}
		}
		labels := labelsByCount(by, func(n int64) int64 { return n })
		for i, label := range labels {
			if i == mostLabels {
				b.rows = append(b.rows, row(fmt.Sprintf("&nbsp;&nbsp;&nbsp;and %d more", len(labels)-i), ""))
				break
			}
			b.rows = append(b.rows, row(labelled(label), amount(m, by[label])))
		}
	}
	return table(b, title, "| metric | in all |\n|---|--:|\n")
}

// amount is what a counter has counted.
func amount(m *metrics.Metric, n int64) string {
	if m.Unit == metrics.Events {
		return plaintext.Count(n)
	}
	return value(m, float64(n))
}

func gauges(r *metrics.Result) block {
	b := block{name: "Gauges", rank: rankCounted, more: row("and %s more rows", "", "", "")}
	for _, m := range r.Metrics {
		g, known := r.Global.Gauges[m.Name]
		if !known {
			continue
		}
		b.rows = append(b.rows, gauge(m, named(m), g.Aggregate))
		for i, label := range slices.Sorted(maps.Keys(g.By)) {
			if i == mostLabels {
				b.rows = append(b.rows, row(fmt.Sprintf("&nbsp;&nbsp;&nbsp;and %d more", len(g.By)-i), "", "", ""))
				break
			}
			b.rows = append(b.rows, gauge(m, labelled(label), g.By[label]))
		}
	}
	return table(b, "Gauges", "| gauge | last | min | max |\n|---|--:|--:|--:|\n")
}

func gauge(m *metrics.Metric, name string, v metrics.GaugeValue) string {
	return row(name, value(m, v.Last), value(m, v.Min), value(m, v.Max))
}

// nodes are a table of all nodes, and what each of several has measured.
func nodes(r *metrics.Result) (blocks []block) {
	if len(r.Nodes) < 2 {
		return nil // it is the whole
	}
	all := block{name: "Nodes", rank: rankNodes, more: row("and %s more", "", "", "", "")}
	for _, n := range r.Nodes {
		mark := markOf(r, n.Status == metrics.NodeOK)
		if n.Status == metrics.NodeOK && slices.Contains(r.Health.SaturatedNodes, n.Node) {
			mark = "⚠️ saturated"
		}
		name, why := Code(metrics.Shorten(n.Node, 200)), Text(short(n.Reason))
		if n.Result == nil {
			all.rows = append(all.rows, row(mark, name, "", "", why))
			continue
		}
		g := n.Result
		iterations, failed := g.Counters[metrics.Iterations.Name].Aggregate, g.Counters[metrics.IterationFailures.Name].Aggregate
		all.rows = append(all.rows, row(mark, name, fmt.Sprintf("%s ok, %s failed", plaintext.Count(g.Users.Succeeded), plaintext.Count(g.Users.Failed)),
			fmt.Sprintf("%s, %s failed", plaintext.Count(iterations), plaintext.Count(failed)), why))
		blocks = append(blocks, ofNode(r, n)...)
	}
	title := plaintext.Plural(int64(len(r.Nodes)), "node")
	return append([]block{table(all, title, "| | node | users | iterations | |\n|---|---|---|---|---|\n")}, blocks...)
}

// ofNode are the tables of one node.
func ofNode(r *metrics.Result, n metrics.NodeResult) []block {
	name := "node " + metrics.Shorten(n.Node, 200)
	shown := "node <code>" + references(plaintext.Line(metrics.Shorten(n.Node, 200))) + "</code>" // it stands in HTML
	all := []block{
		distributions(r, "Everything measured on "+shown, n.Result, rankEachNode),
		counts(r, "Everything counted on "+shown, n.Result, rankEachNode),
	}
	for i := range all {
		all[i].name = name
	}
	return all
}
