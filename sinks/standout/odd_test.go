package standout

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/metricstest"
)

// FuzzOddResults: whatever columns hold, and however long they are, nothing panics, and findings are JSON.
func FuzzOddResults(f *testing.F) {
	for seed := range uint64(50) {
		f.Add(seed, uint8(seed), int64(5000))
	}
	f.Fuzz(func(t *testing.T, seed uint64, buckets uint8, width int64) {
		r := odd(rand.New(rand.NewPCG(seed, 1)), int(buckets), width)
		if _, err := json.Marshal(Of(&r)); err != nil {
			t.Error(err)
		}
	})
}

// odd makes a Result that no run would have.
func odd(random *rand.Rand, buckets int, width int64) metrics.Result {
	length := func() int { return random.IntN(buckets + 2) }
	numbers := func() (all []float64) {
		extremes := []float64{0, -1, math.NaN(), math.Inf(1), math.MaxFloat64, 1e-300}
		for range length() {
			v := random.ExpFloat64() * 1e6
			if random.IntN(20) == 0 {
				v = extremes[random.IntN(len(extremes))]
			}
			all = append(all, v)
		}
		return all
	}
	counts := func() (all []int64) {
		for range length() {
			all = append(all, []int64{0, 3, 50, -7, math.MaxInt64}[random.IntN(5)])
		}
		return all
	}
	series := func() metrics.HistogramSeries {
		return metrics.HistogramSeries{Count: counts(), Sum: numbers(), P50: numbers(), P95: numbers(), Max: numbers()}
	}
	g := metrics.ScenarioResult{Histograms: map[string]metrics.HistogramBy{}, Counters: map[string]metrics.CounterBy{}, TimeSeries: metrics.TimeSeries{
		ActiveUsers: counts(), Histograms: map[string]metrics.By[metrics.HistogramSeries]{}, Counters: map[string]metrics.By[[]int64]{}, Gauges: map[string]metrics.By[[]*metrics.GaugeValue]{},
	}}
	labels := []string{"", "document", metrics.OtherLabel, "channel error", "5xx"}
	for _, m := range metrics.Catalogue() {
		label := labels[random.IntN(len(labels))]
		if m.Kind == metrics.Histogram {
			values := metrics.ValuesOf(metricstest.SketchOf(random.Float64()*1e8, random.Float64()*1e3))
			values.Count = []int64{0, 2, 1000, -5}[random.IntN(4)]
			g.Histograms[m.Name] = metrics.HistogramBy{Aggregate: values, By: map[string]metrics.HistogramValues{label: values}}
			g.TimeSeries.Histograms[m.Name] = metrics.By[metrics.HistogramSeries]{Aggregate: series(), By: map[string]metrics.HistogramSeries{label: series()}}
			continue
		}
		n := []int64{0, 40, -5, math.MaxInt64}[random.IntN(4)]
		g.Counters[m.Name] = metrics.CounterBy{Aggregate: n, By: map[string]int64{label: n}}
		g.TimeSeries.Counters[m.Name] = metrics.By[[]int64]{Aggregate: counts(), By: map[string][]int64{label: counts()}}
	}
	gauges := make([]*metrics.GaugeValue, length())
	for i := range gauges {
		if random.IntN(3) > 0 {
			gauges[i] = &metrics.GaugeValue{Max: random.Float64()}
		}
	}
	g.TimeSeries.Gauges["server_run_queue"] = metrics.By[[]*metrics.GaugeValue]{Aggregate: gauges}
	return metrics.Result{BucketWidthMS: width, Global: g, Nodes: []metrics.NodeResult{{Node: "a", Result: &g}, {Node: "b"}}}
}

// BenchmarkOf: what a page that goes on computes each second, of as many buckets and nodes as there are at most.
func BenchmarkOf(b *testing.B) {
	w := simulated(1, ramp(metrics.MaxBuckets, 2000), 2000)
	for range 199 {
		w.Nodes = append(w.Nodes, w.Nodes[0])
	}
	for b.Loop() {
		Of(&w.Result)
	}
}
