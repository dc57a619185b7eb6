package otlptest

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/outputtest"
)

// Compare holds what was received of every series of a run to its Results: counts, sums and the newest values of gauges
// as they are, quantiles of the buckets within the error that the documentation names.
func (r *Receiver) Compare(t testing.TB, results []metrics.Result) {
	t.Helper()
	wholes := r.wholes()
	for k := range results {
		c := comparison{t, &results[k], wholes}
		global := &results[k].Global
		for name, h := range global.Histograms {
			compareSets(c, name, h, c.histogram)
		}
		for name, n := range global.Counters {
			compareSets(c, name, n, func(what string, got *Point, want int64) { c.equal(what, got.Value, float64(want)) })
		}
		for name, g := range global.Gauges {
			compareSets(c, name, g, func(what string, got *Point, want metrics.GaugeValue) { c.equal(what, got.Value, want.Last) })
		}
		for name, want := range map[string]int64{"users_succeeded": global.Users.Succeeded, "users_failed": global.Users.Failed, "users_active": 0} {
			compareSets(c, name, metrics.By[int64]{Aggregate: want}, func(what string, got *Point, want int64) { c.equal(what, got.Value, float64(want)) })
		}
	}
}

// wholes returns what each stream says at its end: its last point, or all points of a delta stream together.
func (r *Receiver) wholes() (all []*Point) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range r.streams {
		whole := *s.points[len(s.points)-1]
		if whole.Delta {
			for _, p := range s.points[:len(s.points)-1] {
				whole.add(p)
			}
		}
		all = append(all, &whole)
	}
	return all
}

type comparison struct {
	t       testing.TB
	result  *metrics.Result
	streams []*Point
}

func (c comparison) equal(what string, got, want float64) {
	c.t.Helper()
	if got != want {
		c.t.Errorf("%s: %v was received, %v is in the Result", what, got, want)
	}
}

// compareSets compares each set of labels of a metric.
func compareSets[T any](c comparison, metric string, all metrics.By[T], compare func(what string, got *Point, want T)) {
	c.t.Helper()
	wanted := outputtest.Sets(c.result, metric, all)
	found := 0
	for _, p := range c.streams {
		labels, ok := c.labelsOf(p)
		if p.Metric != "liveload_"+strings.TrimPrefix(metric, "liveload_") || !ok {
			continue
		}
		found++
		if want, ok := wanted[labels]; ok {
			compare(fmt.Sprint(c.result.Name, " ", metric, " ", labels), p, want)
		} else {
			c.t.Errorf("%s %s: the Result has no labels %s", c.result.Name, metric, labels)
		}
	}
	if found != len(wanted) {
		c.t.Errorf("%s %s: %d sets of labels were received, %d are in the Result", c.result.Name, metric, found, len(wanted))
	}
}

// labelsOf returns the labels of a point of this run and scenario, or of what nodes measure about themselves.
func (c comparison) labelsOf(p *Point) (labels metrics.Labels, ok bool) {
	scenario, has := p.Attributes["scenario"]
	if p.Attributes["run"] != c.result.RunID || has && scenario != c.result.Name {
		return labels, false
	}
	for name, value := range p.Attributes {
		if name != "run" && name != "scenario" {
			labels = labels.With(strings.TrimPrefix(name, "tag_"), value)
		}
	}
	return labels, true
}

func (c comparison) histogram(what string, got *Point, want metrics.HistogramValues) {
	c.t.Helper()
	h := got.Histogram
	c.equal(what+" count", float64(h.Count), float64(want.Count))
	if sum := h.GetSum(); got.Delta && math.Abs(sum-want.Sum) > 1e-12*want.Sum || !got.Delta && sum != want.Sum {
		c.t.Errorf("%s: the sum %v was received, %v is in the Result", what, sum, want.Sum)
	}
	if !got.Delta {
		c.equal(what+" min", h.GetMin(), want.Percentile(0))
		c.equal(what+" max", h.GetMax(), want.Percentile(100))
	}
	for _, p := range []float64{50, 90, 95, 99} {
		q, exact, most := got.quantile(p/100), want.Percentile(p), bucketError
		if exact == want.Percentile(0) || exact == want.Percentile(100) { // which the Result knows exactly
			most += metrics.RelativeError
		}
		if math.Abs(q-exact) > most*exact {
			c.t.Errorf("%s: p%v of the buckets is %v, %v in the Result", what, p, q, exact)
		}
	}
}
