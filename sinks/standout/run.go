package standout

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/plaintext"
	"github.com/liveload/liveload/sinks/readable"
)

const (
	// busyCPU and busyLag say when a load generator measures itself, as metrics.Health does.
	busyCPU = 90.0
	busyLag = 100_000.0 // microseconds
)

// A run is a Result as rules read it.
type run struct {
	r     *metrics.Result
	users []float64 // most at a time in each bucket
	busy  []bool    // buckets in which the load generator measures itself
	width time.Duration
	found []Finding // by the rules before
}

func newRun(r *metrics.Result) *run {
	v := &run{r: r, width: time.Duration(max(r.BucketWidthMS, 1)) * time.Millisecond}
	active := r.Global.TimeSeries.ActiveUsers
	v.users, v.busy = make([]float64, len(active)), make([]bool, len(active))
	cpu := r.Global.TimeSeries.Histograms[metrics.GeneratorCPUPercent.Name].Aggregate
	lag := r.Global.TimeSeries.Histograms[metrics.GeneratorLag.Name].Aggregate
	for i := range active {
		v.users[i] = float64(max(active[i], active[max(i-1, 0)]))
		v.busy[i] = at(cpu.P50, i) > busyCPU || at(lag.P95, i) > busyLag
	}
	return v
}

// at is an entry of a column, which may be shorter than it should be.
func at[T any](column []T, i int) (value T) {
	if i < len(column) {
		return column[i]
	}
	return value
}

func (v *run) histogram(m *metrics.Metric) metrics.HistogramBy { return v.r.Global.Histograms[m.Name] }

func (v *run) counter(m *metrics.Metric) metrics.CounterBy { return v.r.Global.Counters[m.Name] }

// over is a counter over time, of all labels.
func (v *run) over(m *metrics.Metric) []int64 {
	return v.r.Global.TimeSeries.Counters[m.Name].Aggregate
}

// begins is when a bucket does, in words.
func (v *run) begins(bucket int) string {
	return readable.Duration(time.Duration(bucket) * v.width)
}

func (v *run) beginsMS(bucket int) *int64 {
	return new((time.Duration(bucket) * v.width).Milliseconds())
}

// userSeconds is how long users were there, all together.
func (v *run) userSeconds() (sum float64) {
	for _, n := range v.users {
		sum += n * v.width.Seconds()
	}
	return sum
}

// mostUsers is how many there were at once.
func (v *run) mostUsers() float64 {
	if len(v.users) == 0 {
		return 0
	}
	return slices.Max(v.users)
}

// vary says whether the number of users differed enough to be a cause.
func (v *run) vary() bool {
	low := v.mostUsers()
	for _, n := range v.users {
		if n > 0 {
			low = min(low, n)
		}
	}
	return v.mostUsers() >= 2*low
}

// sets returns what a metric has for each set of labels. Where samples have one label only, that is the set.
func sets[T any](m *metrics.Metric, by metrics.By[T]) []metrics.LabelledValue[T] {
	if len(by.Series) > 0 || len(m.Labels) == 0 {
		return by.Series
	}
	var all []metrics.LabelledValue[T]
	for _, label := range labelsOf(by.By) {
		all = append(all, metrics.LabelledValue[T]{Labels: metrics.LabelsOf(m.Labels[0].Name, label), Value: by.By[label]})
	}
	return all
}

// labelsOf returns the labels that name something, in order.
func labelsOf[T any](by map[string]T) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(by)), func(l string) bool { return l == "" || l == metrics.OtherLabel })
}

// onPages says on which pages something with that first label was, the one with the most samples first.
func onPages[T any](m *metrics.Metric, by metrics.By[T], label string, samples func(T) int64) string {
	count := make(map[string]int64)
	for _, one := range sets(m, by) {
		if page := one.Labels.Get("page"); m.By(one.Labels) == label && page != "" {
			count[page] += samples(one.Value)
		}
	}
	pages := slices.SortedFunc(maps.Keys(count), func(a, b string) int { return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a, b)) })
	switch len(pages) {
	case 0:
		return ""
	case 1:
		return " on " + plaintext.Line(pages[0])
	}
	return " on " + plaintext.Line(pages[0]) + " and " + plaintext.Plural(int64(len(pages)-1), "more page")
}

func countOf(h metrics.HistogramValues) int64 { return h.Count }

func itself(n int64) int64 { return n }

// number writes one of users, which are whole.
func number(v float64) string { return strconv.FormatFloat(v, 'f', 0, 64) }

func quoted(label string) string { return `"` + plaintext.Line(label) + `"` }
