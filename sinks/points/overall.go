package points

import (
	"time"

	"github.com/liveload/liveload/metrics"
)

// overall returns a point for each histogram of a part: all its sets of labels merged, which no database could do
// with their percentiles.
func (r *Rows) overall(i *metrics.Interval, part *Part) []Point {
	second, run := metrics.State{Totals: part.Seconds}, metrics.State{Totals: part.Totals}
	measured := part.Seconds
	if i.Final {
		measured = part.Totals
	}
	var all []Point
	last := ""
	for k := range measured {
		name := measured[k].Metric
		m, known := r.known.Lookup(name)
		if name == last || measured[k].Sketch == "" {
			continue
		}
		last = name
		p := Point{
			Time: i.Start.Add(i.Offset), Run: i.RunID, Scenario: part.Scenario, Node: part.Node, Metric: part.Name(OverallMetric), Kind: KindOverall,
			Labels: metrics.LabelsOf(MetricLabel, name), Revision: i.Revision,
		}
		if known {
			p.Unit = m.Unit
		}
		p.Fields = append(distribution("", second.Total(name, metrics.AllLabels).Values),
			append(distribution("run_", run.Total(name, metrics.AllLabels).Values), secondOf(i))...)
		all = append(all, p)
	}
	return all
}

// secondOf is which second of the run an interval is, so that runs can be laid over each other.
func secondOf(i *metrics.Interval) Field {
	return Field{"second", float64(i.Offset / time.Second)}
}
