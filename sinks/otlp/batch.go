package otlp

import (
	"errors"
	"time"

	common "go.opentelemetry.io/proto/slim/otlp/common/v1"
	pb "go.opentelemetry.io/proto/slim/otlp/metrics/v1"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/points"
	"github.com/liveload/liveload/sinks/pump"
)

// A batch is the records of one interval.
type batch struct {
	*encoder
	part    *points.Part // that is encoded now
	whole   bool         // also what has not changed has points, unless these are deltas
	at      time.Time    // of all points
	records []pump.Record
}

// all adds the state of the part.
func (b *batch) all() error {
	for k := range b.part.Totals {
		s := &b.part.Totals[k]
		if err := b.series(b.describe(b.part, s.Metric), s); err != nil {
			return err
		}
	}
	if b.part.Users == nil {
		return nil
	}
	active, total := metrics.GaugeValue{Last: float64(b.part.Users.Active)}, b.part.Users.Total
	return errors.Join(
		b.series(own(b.part, usersActive), &metrics.Series{Gauge: &active}),
		b.series(own(b.part, usersStarted), &metrics.Series{Count: total.Started}),
		b.series(own(b.part, usersSucceeded), &metrics.Series{Count: total.Succeeded}),
		b.series(own(b.part, usersFailed), &metrics.Series{Count: total.Failed}),
	)
}

// series adds a point with the state of a series, or with what is new in it.
func (b *batch) series(m *pb.Metric, s *metrics.Series) error {
	key := stream{b.part.Scenario, b.part.Node, m.Name, s.Labels}
	before, known := b.sent[key]
	if known && same(&before, s) && (!b.whole || b.delta && s.Gauge == nil) {
		return nil
	}
	b.sent[key] = *s
	from, attributes := b.start, b.attributes(b.part, s.Labels)
	if b.delta {
		from = b.last
	} else {
		before = metrics.Series{}
	}
	switch {
	case s.Gauge != nil:
		m.Data = b.gauge(attributes, s.Gauge.Last)
	case s.Sketch == "":
		m.Data = b.sum(attributes, from, s.Count-before.Count)
	default:
		m.Data = b.histogram(attributes, from, histogramPoint(s.Sketch, before.Sketch))
	}
	record, err := recordOf(b.origin, m)
	b.records = append(b.records, record)
	return err
}

// same says whether there is nothing new in a series.
func same(before, s *metrics.Series) bool {
	if s.Gauge != nil {
		return before.Gauge != nil && before.Gauge.Last == s.Gauge.Last
	}
	return before.Count == s.Count && before.Sketch == s.Sketch
}

func (b *batch) gauge(attributes []*common.KeyValue, value float64) *pb.Metric_Gauge {
	return &pb.Metric_Gauge{Gauge: &pb.Gauge{DataPoints: []*pb.NumberDataPoint{{
		Attributes: attributes, TimeUnixNano: nanoseconds(b.at), Value: &pb.NumberDataPoint_AsDouble{AsDouble: value},
	}}}}
}

func (b *batch) sum(attributes []*common.KeyValue, from time.Time, count int64) *pb.Metric_Sum {
	return &pb.Metric_Sum{Sum: &pb.Sum{
		IsMonotonic: true, AggregationTemporality: b.temporality(), DataPoints: []*pb.NumberDataPoint{{
			Attributes: attributes, StartTimeUnixNano: nanoseconds(from), TimeUnixNano: nanoseconds(b.at),
			Value: &pb.NumberDataPoint_AsInt{AsInt: count},
		}},
	}}
}

func (b *batch) histogram(attributes []*common.KeyValue, from time.Time, point *pb.ExponentialHistogramDataPoint) *pb.Metric_ExponentialHistogram {
	point.Attributes, point.StartTimeUnixNano, point.TimeUnixNano = attributes, nanoseconds(from), nanoseconds(b.at)
	return &pb.Metric_ExponentialHistogram{ExponentialHistogram: &pb.ExponentialHistogram{
		AggregationTemporality: b.temporality(), DataPoints: []*pb.ExponentialHistogramDataPoint{point},
	}}
}

func nanoseconds(at time.Time) uint64 { return uint64(max(at.UnixNano(), 0)) }

func (e *encoder) temporality() pb.AggregationTemporality {
	if e.delta {
		return pb.AggregationTemporality_AGGREGATION_TEMPORALITY_DELTA
	}
	return pb.AggregationTemporality_AGGREGATION_TEMPORALITY_CUMULATIVE
}
