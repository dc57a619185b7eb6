package totals

import (
	dto "github.com/prometheus/client_model/go"
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/liveload/liveload/metrics"
)

// A row is what one series is served as. Its metrics are made anew only when the series has changed, and never changed,
// since an older scrape may still be written.
type row struct {
	kind           metrics.Kind
	name, help     string
	labels         []*dto.LabelPair
	quantileLabels [][]*dto.LabelPair // for each of the shares, of a histogram

	sketch    metrics.Sketch
	value     float64
	metric    *dto.Metric // nil at first
	quantiles []*dto.Metric
}

// follow makes the metrics anew when they are not those of the series.
func (r *row) follow(s *metrics.Series, created *timestamppb.Timestamp) {
	value := float64(s.Count)
	if r.kind == metrics.Gauge {
		value = s.Gauge.Last
	}
	if r.metric != nil && r.value == value && r.sketch == s.Sketch {
		return
	}
	r.value, r.sketch = value, s.Sketch
	switch r.kind {
	case metrics.Histogram:
		native := histogramOf(s.Sketch)
		native.CreatedTimestamp = created
		r.metric, r.quantiles = &dto.Metric{Label: r.labels, Histogram: native}, quantilesOf(s.Sketch, r.quantileLabels)
	case metrics.Gauge:
		r.metric = gauge(r.labels, value)
	case metrics.Counter:
		r.metric = counter(r.labels, value, created)
	}
}

func gauge(labels []*dto.LabelPair, value float64) *dto.Metric {
	return &dto.Metric{Label: labels, Gauge: &dto.Gauge{Value: &value}}
}

func counter(labels []*dto.LabelPair, value float64, created *timestamppb.Timestamp) *dto.Metric {
	return &dto.Metric{Label: labels, Counter: &dto.Counter{Value: &value, CreatedTimestamp: created}}
}

// shares are the quantiles that are told as gauges.
var shares = []float64{0, 0.5, 0.9, 0.95, 0.99, 1}

// quantilesOf returns a gauge for each of the shares.
func quantilesOf(values metrics.Sketch, labels [][]*dto.LabelPair) []*dto.Metric {
	all := make([]*dto.Metric, len(shares))
	for i, value := range values.Quantiles(shares...) {
		all[i] = gauge(labels[i], value)
	}
	return all
}
