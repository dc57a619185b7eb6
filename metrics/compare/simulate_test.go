package compare

import (
	"maps"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/liveload/liveload/metrics"
)

// A world makes runs in which latencies are as they are in practice: all events share a level that wanders from bucket
// to bucket, drifts, and jumps for some buckets now and then; each wanders a little by itself.
type world struct {
	random  *rand.Rand
	buckets int
	perSec  float64            // samples of each event
	slower  map[string]float64 // factors
	fails   float64            // share of iterations
}

var events = map[string]float64{"add": 18_000, "delete": 25_000, "search": 60_000, "save": 35_000, "sort": 12_000} // medians in microseconds

// run simulates a Result.
func (w *world) run() metrics.Result {
	const width = 5
	level, drift, burst := w.random.NormFloat64()*0.1, w.random.NormFloat64()*0.06, 0
	values, own := make(map[string][][]float64), make(map[string]float64) // by bucket
	var iterations, failures []int64
	for i := range w.buckets {
		level = 0.7*level + w.random.NormFloat64()*0.07
		if burst == 0 && w.random.Float64() < 0.02 {
			burst = 2 + w.random.IntN(4)
		}
		jump := 0.0
		if burst > 0 {
			burst--
			jump = 0.5
		}
		shift := level + drift*float64(i)/float64(w.buckets) + jump
		for _, event := range slices.Sorted(maps.Keys(events)) {
			median := events[event]
			own[event] = 0.6*own[event] + w.random.NormFloat64()*0.04
			bucket := make([]float64, max(0, int(w.perSec*width*(1+0.2*w.random.NormFloat64()))))
			for k := range bucket {
				bucket[k] = median * math.Exp(shift+own[event]+w.random.NormFloat64()*0.4)
				if f := w.slower[event]; f > 0 {
					bucket[k] *= f
				}
			}
			values[event] = append(values[event], bucket)
		}
		n, failed := int64(w.perSec*width), int64(0)
		for range n {
			if w.random.Float64() < w.fails {
				failed++
			}
		}
		iterations, failures = append(iterations, n), append(failures, failed)
	}
	return w.result(values, iterations, failures)
}

func (w *world) result(values map[string][][]float64, iterations, failures []int64) metrics.Result {
	r := metrics.Result{Name: "shop", BucketWidthMS: 5000, LiveloadVersion: "1.2.3", Options: map[string]any{"users": 10.0, "load": "constant users"}}
	ms := int64(w.buckets) * r.BucketWidthMS
	r.Global = metrics.ScenarioResult{ElapsedMS: ms, ScenarioMS: ms, DurationMS: ms}
	total, totals := metrics.HistogramBy{By: map[string]metrics.HistogramValues{}}, metrics.By[metrics.HistogramSeries]{By: map[string]metrics.HistogramSeries{}}
	all := make([][]float64, w.buckets)
	for event, buckets := range values {
		total.By[event], totals.By[event] = metrics.ValuesOf(metrics.SketchOf(slices.Concat(buckets...))), metrics.NewHistogramSeries(sketches(buckets), false)
		for i, bucket := range buckets {
			all[i] = append(all[i], bucket...)
		}
	}
	total.Aggregate, totals.Aggregate = metrics.ValuesOf(metrics.SketchOf(slices.Concat(all...))), metrics.NewHistogramSeries(sketches(all), true)
	r.Global.Histograms = map[string]metrics.HistogramBy{metrics.LiveViewEventDuration.Name: total}
	r.Global.TimeSeries.Histograms = map[string]metrics.By[metrics.HistogramSeries]{metrics.LiveViewEventDuration.Name: totals}
	r.Global.TimeSeries.Counters = map[string]metrics.By[[]int64]{}
	r.Global.Counters = map[string]metrics.CounterBy{}
	for m, column := range map[*metrics.Metric][]int64{metrics.Iterations: iterations, metrics.IterationFailures: failures} {
		n := int64(0)
		for _, v := range column {
			n += v
		}
		r.Global.Counters[m.Name] = metrics.CounterBy{Aggregate: n}
		r.Global.TimeSeries.Counters[m.Name] = metrics.By[[]int64]{Aggregate: column}
	}
	ended, failed := r.Global.Counters[metrics.Iterations.Name].Aggregate, r.Global.Counters[metrics.IterationFailures.Name].Aggregate
	r.Global.Counters[metrics.Iterations.Name] = metrics.CounterBy{Aggregate: ended, By: map[string]int64{metrics.OutcomeOK: ended - failed, metrics.OutcomeFailed: failed}}
	for range w.buckets {
		r.Global.TimeSeries.ActiveUsers = append(r.Global.TimeSeries.ActiveUsers, 10)
	}
	return r
}

func sketches(buckets [][]float64) []metrics.Sketch {
	column := make([]metrics.Sketch, len(buckets))
	for i, values := range buckets {
		column[i] = metrics.SketchOf(values)
	}
	return column
}
