package reporttest

import (
	"fmt"
	"math"
	"time"

	"github.com/liveload/liveload/metrics"
)

// Huge is a run of an hour with so many nodes of 50 users each. Totals are of two seconds; over time, all buckets have
// what such a run has.
func Huge(nodes int) []metrics.Result {
	r := newRun(nodes, metrics.ScenarioInfo{Name: "buy", Users: 50 * nodes, Load: fmt.Sprint(50*nodes, " users"), Options: map[string]any{"users": 50 * nodes, "duration": "1h"}})
	sets := r.labelSets()
	for r.second = range 2 {
		for n, node := range r.nodes {
			s := node.Scope("buy")
			for range 25 {
				s.UserStarted()
			}
			r.health(n)
			r.everything(s, sets)
			r.report(n)
		}
	}
	r.second = 3600
	results, c := r.results(), r.someColumns(720)
	for i := range results {
		one := &results[i]
		c.fill(&one.Global.TimeSeries)
		for _, n := range one.Nodes {
			c.fill(&n.Result.TimeSeries)
		}
	}
	return results
}

// labelSets are 50 of each metric of scenarios, some of them the same.
func (r *run) labelSets() map[*metrics.Metric][]metrics.Labels {
	sets := make(map[*metrics.Metric][]metrics.Labels)
	for _, m := range metrics.Catalogue() {
		if m.OfGenerator() || m.OfServer() || m.OfSinks() {
			continue
		}
		for range 50 {
			values := make([]string, len(m.Labels))
			for k, l := range m.Labels {
				values[k] = r.labelValue(m, l)
			}
			sets[m] = append(sets[m], m.With(values...))
		}
	}
	return sets
}

// everything records each metric, with as many labels as a large application has.
func (r *run) everything(s *metrics.Scope, sets map[*metrics.Metric][]metrics.Labels) {
	for _, m := range metrics.Catalogue() {
		for range min(len(sets[m]), 25) {
			labels := sets[m][r.random.IntN(len(sets[m]))]
			if m.Kind == metrics.Histogram {
				s.Observe(m, labels, r.about(150*time.Millisecond))
			} else {
				s.Add(m, labels, 1+r.random.Int64N(50))
			}
		}
	}
	if r.random.IntN(4) == 0 {
		r.fail(s)
	}
}

// labelValue is one of a few, of which the first ones are frequent.
func (r *run) labelValue(m *metrics.Metric, l metrics.Label) string {
	few := func(n int) int { return int(float64(n) * math.Pow(r.random.Float64(), 3)) }
	if l.Values != nil {
		return l.Values[few(min(len(l.Values), 5))]
	}
	return fmt.Sprintf("/%s/of/the/%s/%d", l.Name, m.Name[:4], few(20))
}

// columns are some that series over time can have.
type columns struct {
	next   int
	counts [][]int64
	times  [][]float64
}

func (r *run) someColumns(length int) *columns {
	c := &columns{}
	for range 61 {
		counts, times := make([]int64, length), make([]float64, length)
		for i := range length {
			counts[i], times[i] = 20+r.random.Int64N(500), four(r.about(100*time.Millisecond))
		}
		c.counts, c.times = append(c.counts, counts), append(c.times, times)
	}
	return c
}

// fill gives every bucket what a busy one has.
func (c *columns) fill(t *metrics.TimeSeries) {
	for name, by := range t.Histograms {
		c.fillColumns(&by.Aggregate)
		for label, h := range by.By {
			c.fillColumns(&h)
			by.By[label] = h
		}
		t.Histograms[name] = by
	}
	for name, by := range t.Counters {
		c.next++
		by.Aggregate = c.counts[c.next%len(c.counts)]
		for label := range by.By {
			c.next++
			by.By[label] = c.counts[c.next%len(c.counts)]
		}
		t.Counters[name] = by
	}
	for i := range t.ActiveUsers {
		t.ActiveUsers[i] = 50
	}
}

func (c *columns) fillColumns(h *metrics.HistogramSeries) {
	h.Count = c.counts[c.next%len(c.counts)]
	for _, column := range []*[]float64{&h.Sum, &h.P50, &h.P90, &h.P95, &h.P99, &h.Max} {
		if *column != nil {
			c.next++
			*column = c.times[c.next%len(c.times)]
		}
	}
}

// four has as many digits as the percentiles of a Result.
func four(v float64) float64 {
	unit := math.Pow10(int(math.Floor(math.Log10(v))) - 3)
	return math.Round(v/unit) * unit
}
