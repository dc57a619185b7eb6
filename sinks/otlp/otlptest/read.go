package otlptest

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"time"

	collector "go.opentelemetry.io/proto/slim/otlp/collector/metrics/v1"
	common "go.opentelemetry.io/proto/slim/otlp/common/v1"
	pb "go.opentelemetry.io/proto/slim/otlp/metrics/v1"
	resource "go.opentelemetry.io/proto/slim/otlp/resource/v1"
)

// A Point is one data point.
type Point struct {
	Metric, Unit, Description string
	Kind                      Kind
	Delta                     bool
	Resource, Attributes      map[string]string
	Start, Time               time.Time
	Value                     float64                           // of a gauge or a sum
	Histogram                 *pb.ExponentialHistogramDataPoint // of a histogram

	stream string // its key
}

// A Kind is what a point is of.
type Kind string

// Kinds of points.
const (
	Gauge     Kind = "gauge"
	Sum       Kind = "sum"
	Histogram Kind = "histogram"
)

var (
	metricName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_./-]{0,254}$`)
	unitCode   = regexp.MustCompile(`^[!-~]{1,63}$`)
)

// read returns the points of a request, in which everything must be as the protocol wants it.
func read(request *collector.ExportMetricsServiceRequest) (all []*Point, err error) {
	if len(request.ResourceMetrics) == 0 {
		return nil, errors.New("the request is empty")
	}
	for _, r := range request.ResourceMetrics {
		attributes, err := readResource(r.Resource)
		if err != nil {
			return nil, err
		}
		if len(r.ScopeMetrics) == 0 {
			return nil, errors.New("a resource has no scopes")
		}
		for _, s := range r.ScopeMetrics {
			points, err := readScope(s)
			if err != nil {
				return nil, err
			}
			for _, p := range points {
				p.Resource = attributes
			}
			all = append(all, points...)
		}
	}
	return all, nil
}

func readResource(r *resource.Resource) (map[string]string, error) {
	attributes, err := readAttributes(r.GetAttributes())
	if err != nil {
		return nil, fmt.Errorf("the resource: %w", err)
	}
	if attributes["service.name"] == "" {
		return nil, errors.New("the resource has no service.name")
	}
	return attributes, nil
}

func readScope(s *pb.ScopeMetrics) (all []*Point, err error) {
	if s.GetScope().GetName() == "" || len(s.Metrics) == 0 {
		return nil, errors.New("a scope has no name or no metrics")
	}
	seen := make(map[string]bool)
	for _, m := range s.Metrics {
		switch {
		case !metricName.MatchString(m.Name):
			return nil, fmt.Errorf("%q is no name of a metric", m.Name)
		case !unitCode.MatchString(m.Unit):
			return nil, fmt.Errorf("%q is no unit, of %s", m.Unit, m.Name)
		case seen[m.Name]:
			return nil, fmt.Errorf("%s is in a scope twice", m.Name)
		case len(m.ProtoReflect().GetUnknown()) > 0:
			return nil, fmt.Errorf("%s has unknown fields", m.Name)
		}
		seen[m.Name] = true
		points, err := readMetric(m)
		if err == nil && len(points) == 0 {
			err = errors.New("no points")
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.Name, err)
		}
		for _, p := range points {
			p.Metric, p.Unit, p.Description = m.Name, m.Unit, m.Description
		}
		all = append(all, points...)
	}
	return all, nil
}

func readMetric(m *pb.Metric) (all []*Point, err error) {
	switch data := m.Data.(type) {
	case *pb.Metric_Gauge:
		return readNumbers(Gauge, data.Gauge.DataPoints, false)
	case *pb.Metric_Sum:
		delta, err := readTemporality(data.Sum.AggregationTemporality)
		if err == nil && !data.Sum.IsMonotonic {
			err = errors.New("a counter is not monotonic")
		}
		if err != nil {
			return nil, err
		}
		return readNumbers(Sum, data.Sum.DataPoints, delta)
	case *pb.Metric_ExponentialHistogram:
		delta, err := readTemporality(data.ExponentialHistogram.AggregationTemporality)
		if err != nil {
			return nil, err
		}
		for _, one := range data.ExponentialHistogram.DataPoints {
			p, err := readHistogram(one)
			if err != nil {
				return nil, err
			}
			p.Delta = delta
			all = append(all, p)
		}
		return all, nil
	}
	return nil, fmt.Errorf("the data has the type %T", m.Data)
}

func readTemporality(t pb.AggregationTemporality) (delta bool, err error) {
	switch t {
	case pb.AggregationTemporality_AGGREGATION_TEMPORALITY_CUMULATIVE:
		return false, nil
	case pb.AggregationTemporality_AGGREGATION_TEMPORALITY_DELTA:
		return true, nil
	}
	return false, fmt.Errorf("the temporality is %v", t)
}

func readNumbers(kind Kind, data []*pb.NumberDataPoint, delta bool) (all []*Point, err error) {
	for _, one := range data {
		p := &Point{Kind: kind, Delta: delta}
		switch value := one.Value.(type) {
		case *pb.NumberDataPoint_AsInt:
			p.Value = float64(value.AsInt)
		case *pb.NumberDataPoint_AsDouble:
			p.Value = value.AsDouble
		default:
			return nil, errors.New("a point has no value")
		}
		if math.IsNaN(p.Value) || math.IsInf(p.Value, 0) || kind == Sum && p.Value < 0 {
			return nil, fmt.Errorf("a point has the value %v", p.Value)
		}
		if err := p.read(one.Attributes, one.StartTimeUnixNano, one.TimeUnixNano); err != nil {
			return nil, err
		}
		all = append(all, p)
	}
	return all, nil
}

// read takes attributes and times. Only a gauge may do without a start.
func (p *Point) read(attributes []*common.KeyValue, start, at uint64) (err error) {
	if p.Attributes, err = readAttributes(attributes); err != nil {
		return err
	}
	if at == 0 || p.Kind != Gauge && (start == 0 || start >= at) {
		return fmt.Errorf("a point has the times %d to %d", start, at)
	}
	p.Start, p.Time = time.Unix(0, int64(start)), time.Unix(0, int64(at))
	return nil
}

func readAttributes(all []*common.KeyValue) (map[string]string, error) {
	read := make(map[string]string)
	for _, one := range all {
		value, ok := one.GetValue().GetValue().(*common.AnyValue_StringValue)
		switch _, known := read[one.Key]; {
		case one.Key == "" || known:
			return nil, fmt.Errorf("the attribute %q is there twice, or has no name", one.Key)
		case !ok || value.StringValue == "":
			return nil, fmt.Errorf("the attribute %s is no text", one.Key)
		}
		read[one.Key] = value.StringValue
	}
	return read, nil
}

// readHistogram checks that buckets, count, sum and extremes agree.
func readHistogram(h *pb.ExponentialHistogramDataPoint) (*Point, error) {
	p := &Point{Kind: Histogram, Histogram: h}
	if err := p.read(h.Attributes, h.StartTimeUnixNano, h.TimeUnixNano); err != nil {
		return nil, err
	}
	total := h.ZeroCount
	for _, side := range []*pb.ExponentialHistogramDataPoint_Buckets{h.GetPositive(), h.GetNegative()} {
		for _, count := range side.GetBucketCounts() {
			total += count
		}
	}
	within := func(v, low, high float64) bool { return v >= low*(1-1e-9) && v <= high*(1+1e-9) }
	switch {
	case total != h.Count:
		return nil, fmt.Errorf("the buckets hold %d values, of %d", total, h.Count)
	case h.Count == 0:
		return nil, errors.New("there are no values")
	case h.Sum == nil || math.IsNaN(*h.Sum) || *h.Sum < 0:
		return nil, errors.New("the sum is missing or impossible")
	case (h.Min == nil) != (h.Max == nil):
		return nil, errors.New("one of the extremes is missing")
	case h.Min != nil && (*h.Min > *h.Max || !within(*h.Sum, *h.Min*float64(h.Count), *h.Max*float64(h.Count))):
		return nil, fmt.Errorf("%d values from %v to %v cannot have the sum %v", h.Count, *h.Min, *h.Max, *h.Sum)
	case len(h.GetPositive().GetBucketCounts()) > 2048:
		return nil, fmt.Errorf("there are %d buckets", len(h.GetPositive().GetBucketCounts()))
	}
	return p, nil
}
