package merge

import (
	"cmp"
	"slices"

	"github.com/liveload/liveload/metrics"
)

// nodes returns the nodes of all parts, with their time series in the buckets of the merged Result.
func (a *alignment) nodes(parts []part) []metrics.NodeResult {
	all, measured := []metrics.NodeResult{}, make(map[nodeOfRun]bool)
	for _, p := range parts {
		for _, n := range p.Nodes {
			id := nodeOfRun{runOf(p, n), n.Node}
			if n.Result != nil {
				measured[id] = true
				n.Result = a.nodeNumbers(*n.Result, a.place(p))
				n.Result.ElapsedMS = a.elapsed[p.RunID]
			}
			if n.RunID = ""; a.runs > 1 {
				n.RunID = id.run
			}
			all = append(all, n)
		}
	}
	all = slices.DeleteFunc(all, func(n metrics.NodeResult) bool { // one part could not reach a node that has kept its own
		return n.Result == nil && measured[nodeOfRun{cmp.Or(n.RunID, parts[0].RunID), n.Node}]
	})
	slices.SortStableFunc(all, func(a, b metrics.NodeResult) int {
		return cmp.Or(cmp.Compare(a.Node, b.Node), cmp.Compare(a.RunID, b.RunID))
	})
	return all
}

// nodeNumbers moves the time series of a node. It has no sketches: where buckets become one, the percentile is the larger
// one, which the true one does not exceed.
func (a *alignment) nodeNumbers(r metrics.ScenarioResult, at place) *metrics.ScenarioResult {
	own := r.TimeSeries
	s := metrics.TimeSeries{
		ActiveUsers: put(at, own.ActiveUsers, second), Histograms: make(map[string]metrics.By[metrics.HistogramSeries]),
		Counters: make(map[string]metrics.By[[]int64]), Gauges: make(map[string]metrics.By[[]*metrics.GaugeValue]),
	}
	for name, by := range own.Histograms {
		h := by.Aggregate
		h.Count, h.Sum, h.Max = put(at, h.Count, plus), put(at, h.Sum, plus), put(at, h.Max, larger)
		for _, column := range []*[]float64{&h.P50, &h.P90, &h.P95, &h.P99} {
			*column = put(at, *column, larger)
		}
		s.Histograms[name] = metrics.By[metrics.HistogramSeries]{Aggregate: h, By: map[string]metrics.HistogramSeries{}}
	}
	addSeries(s.Counters, own.Counters, at, plus, plus)
	addSeries(s.Gauges, own.Gauges, at, (*metrics.GaugeValue).Then, (*metrics.GaugeValue).Join)
	r.TimeSeries, r.DurationMS = s, int64(a.length)*a.width
	return &r
}

func larger(a, b float64) float64 { return max(a, b) }
