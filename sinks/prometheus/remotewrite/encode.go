package remotewrite

import (
	"time"

	dto "github.com/prometheus/client_model/go"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/prometheus/totals"
	"github.com/liveload/liveload/sinks/pump"
)

// An encoder makes records of the totals of one run, each of one series at one time.
type encoder struct {
	totals *totals.Totals
	native bool // histograms are native ones, and otherwise only count and sum

	start time.Time       // of the newest interval
	last  int64           // time of the newest records, in milliseconds
	known map[string]bool // series that have not ended, by their labels; true for native histograms
}

func newEncoder(run metrics.RunInfo, native bool) *encoder {
	return &encoder{totals: totals.New(run), native: native, known: make(map[string]bool)}
}

// encode makes records of all series. What is new in a counter or a histogram begins with 0 a second earlier, so that its
// first increase is one too. After the last interval all series end.
func (e *encoder) encode(i *metrics.Interval) []pump.Record {
	if !i.Start.Equal(e.start) { // scenarios that run after others
		e.totals.Forget()
		e.start = i.Start
	}
	if !e.totals.Take(i) {
		return nil
	}
	b := batch{encoder: e, now: max(i.Start.Add(i.Offset+i.Width).UnixMilli(), e.last+1)}
	b.before = max(b.now-i.Width.Milliseconds(), e.last)
	e.last = b.now
	for _, f := range e.totals.Families() {
		for _, m := range f.GetMetric() {
			b.add(f, m)
		}
	}
	if i.Final {
		e.end(&b)
	}
	return append(b.zeros, b.values...)
}

// end adds that all series have ended.
func (e *encoder) end(b *batch) {
	e.last++
	for labels, native := range e.known {
		if native {
			b.values = append(b.values, record(histogram([]byte(labels), &dto.Histogram{SampleSum: &staleMarker}, e.last)))
		} else {
			b.values = append(b.values, record(sample([]byte(labels), staleMarker, e.last)))
		}
	}
	clear(e.known)
	e.totals.Forget()
}

func record(data []byte) pump.Record { return pump.Record{Points: 1, Data: data} }

// A batch is the records of an interval. Those with earlier times come first.
type batch struct {
	*encoder
	before, now   int64 // milliseconds
	zeros, values []pump.Record
}

func (b *batch) add(f *dto.MetricFamily, m *dto.Metric) {
	switch f.GetType() {
	case dto.MetricType_COUNTER:
		b.float(f.GetName(), m.GetLabel(), m.GetCounter().GetValue(), true)
	case dto.MetricType_GAUGE:
		b.float(f.GetName(), m.GetLabel(), m.GetGauge().GetValue(), false)
	case dto.MetricType_HISTOGRAM:
		h := m.GetHistogram()
		if !b.native {
			b.float(f.GetName()+"_count", m.GetLabel(), float64(h.GetSampleCount()), true)
			b.float(f.GetName()+"_sum", m.GetLabel(), h.GetSampleSum(), true)
			return
		}
		labels := labelsOf(f.GetName(), m.GetLabel())
		if b.begins(labels, true) {
			empty := &dto.Histogram{Schema: h.Schema, ZeroThreshold: h.ZeroThreshold}
			b.zeros = append(b.zeros, record(histogram(labels, empty, b.before)))
		}
		b.values = append(b.values, record(histogram(labels, h, b.now)))
	}
}

func (b *batch) float(name string, pairs []*dto.LabelPair, value float64, grows bool) {
	labels := labelsOf(name, pairs)
	if b.begins(labels, false) && grows {
		b.zeros = append(b.zeros, record(sample(labels, 0, b.before)))
	}
	b.values = append(b.values, record(sample(labels, value, b.now)))
}

// begins says whether a series is new, and knows it from now on.
func (b *batch) begins(labels []byte, native bool) bool {
	_, known := b.known[string(labels)]
	if !known {
		b.known[string(labels)] = native
	}
	return !known
}
