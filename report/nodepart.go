package report

import (
	"cmp"
	"maps"
	"slices"

	"github.com/liveload/liveload/metrics"
)

// mostSeriesNodes is how many nodes have distributions over time. Those of 200 nodes would be three quarters of a file,
// of which people look at one or two nodes.
const mostSeriesNodes = 20

// A NodePart is what one node has measured of a scenario. It has the labels that the Result tells apart for a node, the first
// one of each metric.
type NodePart struct {
	Metrics  []Metric           `json:"metrics"`
	Journey  Journey            `json:"journey"`
	Failures []Failure          `json:"failures"` // of a class each
	Requests []Request          `json:"requests"` // of a status each
	Checks   []Check            `json:"checks"`
	Series   metrics.TimeSeries `json:"series"`
}

// node keeps what a node has measured as a part.
func (d *Data) node(part string, r *metrics.Result, n metrics.NodeResult) Node {
	health := func(m *metrics.Metric, percentile float64) float64 {
		return digits(r.Global.Histograms[m.Name].By[n.Node].Percentile(percentile))
	}
	out := Node{
		Name: n.Node, Status: n.Status, Reason: n.Reason, Saturated: slices.Contains(r.Health.SaturatedNodes, n.Node),
		CPU: health(metrics.GeneratorCPUPercent, 95), Memory: health(metrics.GeneratorRSSBytes, 100), Lag: health(metrics.GeneratorLag, 95),
	}
	if n.Result == nil {
		return out
	}
	out.Users, out.Part = n.Result.Users.Total, part
	out.Iterations = n.Result.Counters[metrics.Iterations.Name].Aggregate
	out.Failures = n.Result.Counters[metrics.IterationFailures.Name].Aggregate
	d.Parts[part] = nodePart(r, n.Result)
	return out
}

func nodePart(r *metrics.Result, of *metrics.ScenarioResult) NodePart {
	p := NodePart{
		Metrics: metricsOf(r, of), Journey: journey(of), Failures: nodeFailures(of), Requests: requests(r, of), Checks: checks(of), Series: overTime(of),
	}
	if len(r.Nodes) > mostSeriesNodes {
		p.Series.Histograms = map[string]metrics.By[metrics.HistogramSeries]{}
	}
	// Whoever looks at one node of many wants to know how it differs from the others. The shape of a distribution is
	// shown of all labels together; those of each label would be most of the file.
	for i := range p.Metrics {
		for k := range p.Metrics[i].Rows {
			p.Metrics[i].Rows[k].Bins = nil
		}
	}
	return p
}

// nodeFailures are the classes: of a node, causes are not counted.
func nodeFailures(of *metrics.ScenarioResult) []Failure {
	all, counts := []Failure{}, maps.Clone(of.Counters[metrics.IterationFailures.Name].By)
	if counts == nil {
		counts = make(map[string]int64)
	}
	for class, samples := range of.FailureSamples {
		counts[class] = max(counts[class], int64(len(samples)))
	}
	for class, n := range counts {
		all = append(all, Failure{Class: class, Count: n})
	}
	slices.SortFunc(all, func(a, b Failure) int { return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Class, b.Class)) })
	samples := make([][]metrics.FailureSample, len(all))
	for i := range all {
		samples[i] = of.FailureSamples[all[i].Class]
	}
	for i, kept := range bounded(samples, mostNodeSamples) {
		all[i].Samples = kept
	}
	return all
}

// eachNodeFailure calls f with the failures of all nodes.
func (d *Data) eachNodeFailure(f func(*Failure)) {
	for _, part := range d.Parts {
		if node, ok := part.(NodePart); ok {
			for i := range node.Failures {
				f(&node.Failures[i])
			}
		}
	}
}
