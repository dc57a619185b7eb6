// Package totals says what a run has measured so far in the terms of Prometheus: metrics, their names and labels.
// docs/outputs.md describes them.
package totals

import (
	"cmp"
	"slices"
	"sync"

	dto "github.com/prometheus/client_model/go"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/points"
)

// Totals are the newest totals of each scenario of a run. They are safe for concurrent use.
type Totals struct {
	run string

	mu    sync.Mutex
	rows  *points.Rows
	known *metrics.Registry
	names names
	parts []part // in the order of their first interval
}

// A part is the newest part of a scenario or node.
type part struct {
	points.Part
	created *timestamppb.Timestamp
}

// New returns the totals of a run in which nothing was measured yet.
func New(run metrics.RunInfo) *Totals {
	return &Totals{run: run.RunID, rows: points.New(run), known: metrics.NewRegistry(), names: newNames()}
}

// Take takes an interval, and says whether there are new totals. There are none in one that revises an older second:
// newer seconds have them already.
func (t *Totals) Take(i *metrics.Interval) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, m := range i.Metrics {
		_, _ = t.known.Register(*m) // the first definition of a name counts
	}
	parts := t.rows.Parts(i)
	if i.Revision > 1 && !i.Final {
		return false
	}
	created := timestamppb.New(i.Start)
	for _, p := range parts {
		at := slices.IndexFunc(t.parts, func(known part) bool { return known.Scenario == p.Scenario && known.Node == p.Node })
		if at < 0 {
			at = len(t.parts)
			t.parts = append(t.parts, part{})
		}
		t.parts[at] = part{p, created}
	}
	return true
}

// Forget drops all totals, but keeps the names of metrics.
func (t *Totals) Forget() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.parts = nil
}

// Families returns the metrics with all of their series, sorted by name. The caller must not change them.
func (t *Totals) Families() []*dto.MetricFamily {
	t.mu.Lock()
	defer t.mu.Unlock()
	b := builder{Totals: t, families: make(map[string]*dto.MetricFamily)}
	for k := range t.parts {
		p := &t.parts[k]
		for i := range p.Totals {
			b.series(p, &p.Totals[i])
		}
		if p.Users != nil {
			b.users(p)
		}
	}
	return b.sorted()
}

// A builder makes families.
type builder struct {
	*Totals
	families map[string]*dto.MetricFamily
}

func (b *builder) series(p *part, s *metrics.Series) {
	kind, help, labels := kindOf(s), "", b.labels(p, s.Labels)
	if m, ok := b.known.Lookup(s.Metric); ok {
		help = m.Help
	}
	switch name := b.names.of(p.Name(s.Metric), kind); kind {
	case metrics.Histogram:
		b.histogram(name, help, labels, s.Sketch, p.created)
	case metrics.Gauge:
		b.gauge(name, help, labels, s.Gauge.Last)
	case metrics.Counter:
		b.counter(name, help, labels, s.Count, p.created)
	}
}

func kindOf(s *metrics.Series) metrics.Kind {
	switch {
	case s.Sketch != "":
		return metrics.Histogram
	case s.Gauge != nil:
		return metrics.Gauge
	}
	return metrics.Counter
}

func (b *builder) users(p *part) {
	labels, total := b.labels(p, metrics.Labels{}), p.Users.Total
	b.gauge(b.names.of(p.Name(usersActive), metrics.Gauge), "Users that are active.", labels, float64(p.Users.Active))
	for _, one := range []struct {
		name, help string
		count      int64
	}{
		{usersStarted, "Users that have started.", total.Started},
		{usersSucceeded, "Users that have ended without a failure.", total.Succeeded},
		{usersFailed, "Users that have ended as failed.", total.Failed},
	} {
		b.counter(b.names.of(p.Name(one.name), metrics.Counter), one.help, labels, one.count, p.created)
	}
}

func (b *builder) gauge(name, help string, labels []*dto.LabelPair, value float64) {
	b.add(name, help, dto.MetricType_GAUGE, &dto.Metric{Label: labels, Gauge: &dto.Gauge{Value: &value}})
}

func (b *builder) counter(name, help string, labels []*dto.LabelPair, count int64, created *timestamppb.Timestamp) {
	value := float64(count)
	b.add(name, help, dto.MetricType_COUNTER, &dto.Metric{Label: labels, Counter: &dto.Counter{Value: &value, CreatedTimestamp: created}})
}

// shares are the quantiles that are told as gauges.
var shares = []float64{0, 0.5, 0.9, 0.95, 0.99, 1}

func (b *builder) histogram(name, help string, labels []*dto.LabelPair, values metrics.Sketch, created *timestamppb.Timestamp) {
	native := histogramOf(values)
	native.CreatedTimestamp = created
	b.add(name, help, dto.MetricType_HISTOGRAM, &dto.Metric{Label: labels, Histogram: native})
	for i, value := range values.Quantiles(shares...) {
		b.gauge(name+quantileSuffix, "Quantiles of the run so far: "+help, with(labels, quantileLabels[i]), value)
	}
}

func (b *builder) add(name, help string, kind dto.MetricType, m *dto.Metric) {
	f := b.families[name]
	if f == nil {
		f = &dto.MetricFamily{Name: &name, Help: &help, Type: &kind}
		b.families[name] = f
	}
	f.Metric = append(f.Metric, m)
}

func (b *builder) sorted() []*dto.MetricFamily {
	all := make([]*dto.MetricFamily, 0, len(b.families))
	for _, f := range b.families {
		all = append(all, f)
	}
	slices.SortFunc(all, func(a, b *dto.MetricFamily) int { return cmp.Compare(a.GetName(), b.GetName()) })
	return all
}
