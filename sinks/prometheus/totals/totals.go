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
	rows    map[series]*row
}

// A series is one of a part.
type series struct {
	metric string
	labels metrics.Labels
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
	for _, p := range parts {
		at := slices.IndexFunc(t.parts, func(known part) bool { return known.Scenario == p.Scenario && known.Node == p.Node })
		if at < 0 {
			at = len(t.parts)
			t.parts = append(t.parts, part{})
		}
		known := &t.parts[at]
		if known.Part = p; known.rows == nil || !known.created.AsTime().Equal(i.Start) {
			known.created, known.rows = timestamppb.New(i.Start), make(map[series]*row)
		}
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
	r := p.rows[series{s.Metric, s.Labels}]
	if r == nil {
		r = b.row(p, s)
		p.rows[series{s.Metric, s.Labels}] = r
	}
	r.follow(s, p.created)
	b.add(r.name, r.help, types[r.kind], r.metric)
	if len(r.quantiles) > 0 {
		b.add(r.name+quantileSuffix, "Quantiles of the run so far: "+r.help, dto.MetricType_GAUGE, r.quantiles...)
	}
}

// types are those of Prometheus.
var types = map[metrics.Kind]dto.MetricType{
	metrics.Counter: dto.MetricType_COUNTER, metrics.Gauge: dto.MetricType_GAUGE, metrics.Histogram: dto.MetricType_HISTOGRAM,
}

// row returns that of a new series, without metrics.
func (b *builder) row(p *part, s *metrics.Series) *row {
	r := &row{kind: s.Kind(), labels: b.labels(p, s.Labels)}
	r.name = b.names.of(p.Name(s.Metric), r.kind)
	if m, ok := b.known.Lookup(s.Metric); ok {
		r.help = m.Help
	}
	if r.kind == metrics.Histogram {
		for _, one := range quantileLabels {
			r.quantileLabels = append(r.quantileLabels, with(r.labels, one))
		}
	}
	return r
}

func (b *builder) users(p *part) {
	labels, total := b.labels(p, metrics.Labels{}), p.Users.Total
	b.add(b.names.of(p.Name(usersActive), metrics.Gauge), "Users that are active.", dto.MetricType_GAUGE, gauge(labels, float64(p.Users.Active)))
	for _, one := range []struct {
		name, help string
		count      int64
	}{
		{usersStarted, "Users that have started.", total.Started},
		{usersSucceeded, "Users that have ended without a failure.", total.Succeeded},
		{usersFailed, "Users that have ended as failed.", total.Failed},
	} {
		name := b.names.of(p.Name(one.name), metrics.Counter)
		b.add(name, one.help, dto.MetricType_COUNTER, counter(labels, float64(one.count), p.created))
	}
}

func (b *builder) add(name, help string, kind dto.MetricType, all ...*dto.Metric) {
	f := b.families[name]
	if f == nil {
		f = &dto.MetricFamily{Name: &name, Help: &help, Type: &kind}
		b.families[name] = f
	}
	f.Metric = append(f.Metric, all...)
}

func (b *builder) sorted() []*dto.MetricFamily {
	all := make([]*dto.MetricFamily, 0, len(b.families))
	for _, f := range b.families {
		all = append(all, f)
	}
	slices.SortFunc(all, func(a, b *dto.MetricFamily) int { return cmp.Compare(a.GetName(), b.GetName()) })
	return all
}
