package standout

import (
	"maps"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/liveload/liveload/metrics"
)

// A world makes Results of runs with a machine that has nothing else to do.
type world struct {
	metrics.Result
	random  *rand.Rand
	buckets int
}

func newWorld(users ...int64) *world {
	w := &world{random: rand.New(rand.NewPCG(uint64(len(users)), 7)), buckets: len(users)}
	w.Name, w.BucketWidthMS = "shop", 5000
	ms := int64(len(users)) * w.BucketWidthMS
	w.Global = metrics.ScenarioResult{ElapsedMS: ms, ScenarioMS: ms, DurationMS: ms, Histograms: map[string]metrics.HistogramBy{}, Counters: map[string]metrics.CounterBy{}}
	w.Global.TimeSeries = metrics.TimeSeries{
		ActiveUsers: users, Histograms: map[string]metrics.By[metrics.HistogramSeries]{}, Counters: map[string]metrics.By[[]int64]{}, Gauges: map[string]metrics.By[[]*metrics.GaugeValue]{},
	}
	w.generator(func(int) (cpu, lag float64) { return 30, 1000 })
	return w
}

// ramp is a number of users that grows evenly and then stays for a third of the time.
func ramp(buckets int, most int64) (users []int64) {
	for i := range buckets {
		users = append(users, min(most, 1+most*int64(i)*3/int64(2*buckets)))
	}
	return users
}

func constant(buckets int, n int64) []int64 { return slices.Repeat([]int64{n}, buckets) }

// generator sets what the one node measured about itself.
func (w *world) generator(of func(bucket int) (cpu, lag float64)) {
	cpus, lags := make([][]float64, w.buckets), make([][]float64, w.buckets)
	for i := range w.buckets {
		cpu, lag := of(i)
		cpus[i], lags[i] = slices.Repeat([]float64{cpu}, 5), slices.Repeat([]float64{lag}, 5)
	}
	w.observe(metrics.GeneratorCPUPercent, metrics.GeneratorCPUPercent.With("a"), cpus)
	w.observe(metrics.GeneratorLag, metrics.GeneratorLag.With("a"), lags)
	over := maps.Clone(w.Global.TimeSeries.Histograms)
	w.Nodes = []metrics.NodeResult{{Node: "a", Status: metrics.NodeOK, Result: &metrics.ScenarioResult{TimeSeries: metrics.TimeSeries{Histograms: over}}}}
}

// observe sets the samples of a set of labels in each bucket.
func (w *world) observe(m *metrics.Metric, labels metrics.Labels, buckets [][]float64) {
	all := metrics.ValuesOf(metrics.SketchOf(slices.Concat(buckets...)))
	column := make([]metrics.Sketch, len(buckets))
	for i, values := range buckets {
		column[i] = metrics.SketchOf(values)
	}
	total, over := w.Global.Histograms[m.Name], w.Global.TimeSeries.Histograms[m.Name]
	if total.By == nil {
		total.By, over.By = map[string]metrics.HistogramValues{}, map[string]metrics.HistogramSeries{}
	}
	label := m.By(labels)
	total.By[label], over.By[label] = all, metrics.NewHistogramSeries(column, false)
	total.Aggregate, over.Aggregate = all, metrics.NewHistogramSeries(column, true) // of the last label, which is enough here
	total.Series = append(total.Series, metrics.LabelledValue[metrics.HistogramValues]{Labels: labels, Value: all})
	w.Global.Histograms[m.Name], w.Global.TimeSeries.Histograms[m.Name] = total, over
}

// times sets samples that vary around a median in microseconds, as latencies do.
func (w *world) times(m *metrics.Metric, labels metrics.Labels, perBucket int, median func(bucket int) float64) {
	buckets := make([][]float64, w.buckets)
	for i := range buckets {
		for range perBucket {
			buckets[i] = append(buckets[i], median(i)*math.Exp(w.random.NormFloat64()*0.3))
		}
	}
	w.observe(m, labels, buckets)
}

// count sets what a set of labels has counted in each bucket.
func (w *world) count(m *metrics.Metric, labels metrics.Labels, of func(bucket int) int64) {
	total, over := w.Global.Counters[m.Name], w.Global.TimeSeries.Counters[m.Name]
	if total.By == nil {
		total.By, over.By, over.Aggregate = map[string]int64{}, map[string][]int64{}, make([]int64, w.buckets)
	}
	label, sum := m.By(labels), int64(0)
	if over.By[label] == nil {
		over.By[label] = make([]int64, w.buckets)
	}
	for i := range w.buckets {
		n := of(i)
		over.By[label][i] += n
		over.Aggregate[i] += n
		sum += n
	}
	total.By[label] += sum
	total.Aggregate += sum
	total.Series = append(total.Series, metrics.LabelledValue[int64]{Labels: labels, Value: sum})
	w.Global.Counters[m.Name], w.Global.TimeSeries.Counters[m.Name] = total, over
}

// gauge sets what the application said of itself in each bucket.
func (w *world) gauge(name string, of func(bucket int) float64) {
	m := metrics.ServerMetric(name, metrics.Gauge)
	w.Metrics = append(w.Metrics, &m)
	column := make([]*metrics.GaugeValue, w.buckets)
	for i := range column {
		column[i] = &metrics.GaugeValue{Last: of(i), Min: of(i), Max: of(i)}
	}
	w.Global.TimeSeries.Gauges[name] = metrics.By[[]*metrics.GaugeValue]{Aggregate: column}
}

func always[T any](v T) func(int) T { return func(int) T { return v } }

// at sets a value in one bucket only.
func only(bucket int, n int64) func(int) int64 {
	return func(i int) int64 {
		if i == bucket {
			return n
		}
		return 0
	}
}
