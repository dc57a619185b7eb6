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
	// mostLabels is how many labels a series may have, beside the target.
	mostLabels = 15
	// leastPause is the shortest time that a share of the processors is measured over.
	leastPause = 500 * time.Millisecond

	// cpuSource is the counter that every client of Prometheus has for the processors, and cpuMetric what is made of it.
	cpuSource = "process_cpu_seconds_total"
	cpuMetric = "server_process_cpu_percent"
)

// labelName is what a label can be called.
var labelName = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]{0,39}$`)

// A builder makes one reading.
type builder struct {
	*history
	base     bool // it only notes the values of counters
	reading  *metrics.Reading
	used     map[*metrics.Metric]bool
	leftOut  int     // series
	busy     float64 // microseconds of all processors together
	measured bool    // busy is known
}

// take makes a reading of what the application shows at a moment, and returns how many series it leaves out. partly says
// that it does not have all of the page. A base only notes the values of counters, as the first reading always does.
func (h *history) take(families map[string]*dto.MetricFamily, at time.Time, partly, base bool) (r *metrics.Reading, leftOut int) {
	h.number++
	h.partly = h.partly || partly
	b := &builder{history: h, base: base || !h.read, reading: &metrics.Reading{At: at}, used: make(map[*metrics.Metric]bool)}
	for _, name := range slices.Sorted(maps.Keys(families)) {
		for _, m := range families[name].GetMetric() {
			b.add(families[name], m)
		}
	}
	if pause := at.Sub(h.at); b.measured && pause >= leastPause {
		b.gauge(cpuMetric, cpuSource, metrics.LabelsOf(metrics.TargetLabel, h.target), 100*b.busy/float64(pause.Microseconds()))
	}
	h.read, h.at = true, at
	b.reading.Metrics = slices.Collect(maps.Keys(b.used))
	return b.reading, b.leftOut
}

// add adds one series of the application.
func (b *builder) add(family *dto.MetricFamily, m *dto.Metric) {
	labels, ok := b.labelsOf(m)
	if !ok {
		b.leftOut++
		return
	}
	source := family.GetName()
	name, scale := convert(source)
	switch family.GetType() {
	case dto.MetricType_COUNTER:
		b.counter(name, source, labels, m.GetCounter().GetValue(), scale, nil)
	case dto.MetricType_GAUGE:
		b.gauge(name, source, labels, m.GetGauge().GetValue()*scale)
	case dto.MetricType_HISTOGRAM:
		b.distribution(name, source, labels, float64(m.GetHistogram().GetSampleCount()), m.GetHistogram().GetSampleSum(), scale)
	case dto.MetricType_SUMMARY:
		b.distribution(name, source, labels, float64(m.GetSummary().GetSampleCount()), m.GetSummary().GetSampleSum(), scale)
	case dto.MetricType_UNTYPED:
		if value := m.GetUntyped().GetValue(); countsByName(source) {
			b.counter(name, source, labels, value, scale, nil)
		} else {
			b.gauge(name, source, labels, value*scale)
		}
	}
}

// countsByName says whether a metric whose type is not known is a counter.
func countsByName(source string) bool {
	return strings.HasSuffix(source, "_total") || slices.ContainsFunc(parts, func(end string) bool { return strings.HasSuffix(source, end) })
}

// labelsOf returns the labels of a series, with its target. A series whose labels do not fit cannot be told from others.
func (b *builder) labelsOf(m *dto.Metric) (metrics.Labels, bool) {
	if len(m.GetLabel()) > mostLabels {
		return metrics.Labels{}, false
	}
	labels := metrics.LabelsOf(metrics.TargetLabel, b.target)
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
func (b *builder) distribution(name, source string, labels metrics.Labels, count, sum, scale float64) {
	n := b.counter(name+"_count", source, labels, count, 1, nil)
	total := b.counter(name+"_sum", source, labels, sum, scale, &n)
	if n.known && total.known && n.by > 0 {
		b.gauge(name+"_mean", source, labels, total.by/n.by)
	}
}

// A growth is by how much a counter grew.
type growth struct {
	by    float64
	known bool
	again bool // it began again: the application was started again
}

// counter adds by how much a counter grew. A sum, which may fall, began again when its count did.
func (b *builder) counter(name, source string, labels metrics.Labels, value, scale float64, count *growth) (g growth) {
	m, of, fresh := b.admit(name, source, metrics.Counter, labels, value)
	if of == nil {
		return growth{}
	}
	if g.again = value < of.last; count != nil {
		g.again = count.again
	}
	g.by = of.grow(value, scale, g.again)
	g.known = !b.base && !(fresh && b.partly) && g.by <= largest
	if !g.known {
		return g
	}
	b.reading.Series = append(b.reading.Series, metrics.Series{Metric: m.Name, Labels: labels, Count: of.whole(g.by)})
	if source == cpuSource {
		b.busy, b.measured = b.busy+g.by, true
	}
	return g
}

// gauge adds the value of a gauge.
func (b *builder) gauge(name, source string, labels metrics.Labels, value float64) {
	m, of, _ := b.admit(name, source, metrics.Gauge, labels, value)
	if of == nil || b.base {
		return
	}
	b.reading.Series = append(b.reading.Series, metrics.Series{
		Metric: m.Name, Labels: labels, Gauge: &metrics.GaugeValue{Last: value, Min: value, Max: value},
	})
}

// admit returns the metric and the state of a series, and whether it is fresh. There is no state when it is left out. A
// value that is not a number, as a gauge of nothing has, is not counted as left out.
func (b *builder) admit(name, source string, kind metrics.Kind, labels metrics.Labels, value float64) (m *metrics.Metric, of *state, fresh bool) {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return nil, nil, false
	}
	if m = b.names.metric(name, source, kind, len(b.series) < mostSeries); m != nil {
		of, fresh = b.of(seriesKey{m, labels})
	}
	if of == nil {
		b.leftOut++
		return nil, nil, false
	}
	b.used[m] = true
	return m, of, fresh
}
