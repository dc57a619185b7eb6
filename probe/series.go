package probe

import (
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"

	dto "github.com/prometheus/client_model/go"

	"github.com/liveload/liveload/metrics"
)

const (
	// mostSeries is how many series are kept of one application.
	mostSeries = 1000
	// mostLabels is how many labels a series may have, beside the target.
	mostLabels = 15
	// largest is the largest growth of a counter that is believed.
	largest = 1e15
	// leastPause is the shortest time that a share of the processors is measured over.
	leastPause = 500 * time.Millisecond
)

// The counter of every Prometheus client for the processors, and the metric that is made of it.
const (
	cpuSource = "process_cpu_seconds_total"
	cpuMetric = "server_process_cpu_percent"
)

// labelName is what a label can be called.
var labelName = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]{0,39}$`)

// A history is what was read of one application so far: it makes series of its numbers. One goroutine uses it.
type history struct {
	target string
	names  *names
	series map[seriesKey]*state
	read   bool      // at least once
	partly bool      // some reading did not have all series: what is new may have been there before
	at     time.Time // of the newest reading
	number int       // of it

	// Of the reading that is being taken.
	base     bool // it says only where counters stand
	reading  *metrics.Reading
	used     map[*metrics.Metric]bool
	leftOut  int
	busy     float64 // microseconds of all processors, if that is measured
	measured bool
}

type seriesKey struct {
	metric *metrics.Metric
	labels metrics.Labels
}

// A state is what is known of a series, and where a counter stands.
type state struct {
	number int // of the newest reading that had it
	last   float64
	rest   float64 // that is not counted yet, since counters count whole numbers: from -0.5 to 0.5
}

func newHistory(target string, known *names) *history {
	return &history{target: target, names: known, series: make(map[seriesKey]*state)}
}

// take makes a reading of what the application shows at a moment, and returns how many series it leaves out. A base
// only says where counters stand, as the first reading always does.
func (h *history) take(families map[string]*dto.MetricFamily, at time.Time, partly, base bool) (r *metrics.Reading, leftOut int) {
	h.base, h.leftOut, h.used, h.busy, h.measured = base || !h.read, 0, make(map[*metrics.Metric]bool), 0, false
	h.partly = h.partly || partly
	h.number++
	h.reading = &metrics.Reading{At: at}
	for _, name := range slices.Sorted(maps.Keys(families)) {
		for _, m := range families[name].GetMetric() {
			h.add(families[name], m)
		}
	}
	if pause := at.Sub(h.at); h.measured && pause >= leastPause {
		h.gauge(cpuMetric, cpuSource, metrics.LabelsOf(metrics.TargetLabel, h.target), h.busy/float64(pause.Microseconds())*100)
	}
	h.read, h.at = true, at
	h.reading.Metrics = slices.Collect(maps.Keys(h.used))
	return h.reading, h.leftOut
}

// add adds one series of the application.
func (h *history) add(family *dto.MetricFamily, m *dto.Metric) {
	labels, ok := h.labelsOf(m)
	if !ok {
		h.leftOut++
		return
	}
	source := family.GetName()
	name, scale := convert(source)
	switch family.GetType() {
	case dto.MetricType_COUNTER:
		h.counter(name, source, labels, m.GetCounter().GetValue(), scale)
	case dto.MetricType_GAUGE:
		h.gauge(name, source, labels, m.GetGauge().GetValue()*scale)
	case dto.MetricType_HISTOGRAM:
		h.distribution(name, source, labels, float64(m.GetHistogram().GetSampleCount()), m.GetHistogram().GetSampleSum(), scale)
	case dto.MetricType_SUMMARY:
		h.distribution(name, source, labels, float64(m.GetSummary().GetSampleCount()), m.GetSummary().GetSampleSum(), scale)
	case dto.MetricType_UNTYPED:
		value := m.GetUntyped().GetValue()
		if slices.ContainsFunc(append([]string{"_total"}, parts...), func(end string) bool { return strings.HasSuffix(source, end) }) {
			h.counter(name, source, labels, value, scale)
		} else {
			h.gauge(name, source, labels, value*scale)
		}
	}
}

// labelsOf returns the labels of a series, with its target. A series whose labels do not fit cannot be told from others.
func (h *history) labelsOf(m *dto.Metric) (metrics.Labels, bool) {
	if len(m.GetLabel()) > mostLabels {
		return metrics.Labels{}, false
	}
	labels := metrics.LabelsOf(metrics.TargetLabel, h.target)
	for _, l := range m.GetLabel() {
		name := l.GetName()
		if name == metrics.TargetLabel {
			name = "exported_" + name
		}
		labels = labels.With(name, l.GetValue())
		if !labelName.MatchString(name) || labels.Get(name) != l.GetValue() { // it would be cut
			return metrics.Labels{}, false
		}
	}
	return labels, true
}

// distribution adds how often something happened, what it came to, and the mean since the reading before. Nothing else
// of a distribution can be had per second.
func (h *history) distribution(name, source string, labels metrics.Labels, count, sum, scale float64) {
	n, known := h.counter(name+"_count", source, labels, count, 1)
	total, summed := h.counter(name+"_sum", source, labels, sum, scale)
	if known && summed && n > 0 {
		h.gauge(name+"_mean", source, labels, total/n)
	}
}

// counter adds by how much a counter grew. known is false where that is not known.
func (h *history) counter(name, source string, labels metrics.Labels, value, scale float64) (growth float64, known bool) {
	m, of, fresh := h.admit(name, source, metrics.Counter, labels, value)
	if of == nil {
		return 0, false
	}
	growth = value - of.last
	if growth < 0 { // the application was started again
		growth = max(value, 0)
	}
	of.last = value
	growth *= scale
	if h.base || fresh && h.partly || growth > largest {
		return 0, false
	}
	of.rest += growth
	whole := math.Floor(of.rest + 0.5)
	of.rest -= whole
	h.reading.Series = append(h.reading.Series, metrics.Series{Metric: m.Name, Labels: labels, Count: int64(whole)})
	if source == cpuSource {
		h.busy += growth
		h.measured = true
	}
	return growth, true
}

// gauge adds the value of a gauge.
func (h *history) gauge(name, source string, labels metrics.Labels, value float64) {
	m, of, _ := h.admit(name, source, metrics.Gauge, labels, value)
	if of == nil || h.base {
		return
	}
	h.reading.Series = append(h.reading.Series, metrics.Series{
		Metric: m.Name, Labels: labels, Gauge: &metrics.GaugeValue{Last: value, Min: value, Max: value},
	})
}

// admit returns the metric and the state of a series, and whether it is fresh. There is no state when it is left out:
// it is one too many, cannot be told from another one, or has a value that is not a number, as a gauge of nothing has.
func (h *history) admit(name, source string, kind metrics.Kind, labels metrics.Labels, value float64) (m *metrics.Metric, of *state, fresh bool) {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return nil, nil, false
	}
	m = h.names.metric(name, source, kind)
	key := seriesKey{m, labels}
	of, known := h.series[key]
	if m == nil || !known && len(h.series) >= mostSeries || known && of.number == h.number {
		h.leftOut++
		return nil, nil, false
	}
	if !known {
		of = &state{}
		h.series[key] = of
	}
	of.number = h.number
	h.used[m] = true
	return m, of, !known
}
