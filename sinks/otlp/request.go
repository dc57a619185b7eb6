package otlp

import (
	"fmt"

	collector "go.opentelemetry.io/proto/slim/otlp/collector/metrics/v1"
	pb "go.opentelemetry.io/proto/slim/otlp/metrics/v1"
	"google.golang.org/protobuf/proto"

	"github.com/liveload/liveload/sinks/pump"
)

// recordOf makes a record of a metric with one point, together with its resource.
func recordOf(resource *pb.ResourceMetrics, metric *pb.Metric) (pump.Record, error) {
	one := &pb.ResourceMetrics{Resource: resource.Resource, ScopeMetrics: []*pb.ScopeMetrics{{
		Scope: resource.ScopeMetrics[0].Scope, Metrics: []*pb.Metric{metric},
	}}}
	data, err := proto.Marshal(one)
	if err != nil {
		return pump.Record{}, fmt.Errorf("encode %s for OTLP: %w", metric.Name, err)
	}
	return pump.Record{Points: 1, Data: data}, nil
}

// requestOf brings the points of records together that have the same resource and metric.
func requestOf(batch []pump.Record) (*collector.ExportMetricsServiceRequest, error) {
	request := &collector.ExportMetricsServiceRequest{}
	var last *pb.ResourceMetrics
	var known map[string]*pb.Metric
	for _, record := range batch {
		one := &pb.ResourceMetrics{}
		if err := proto.Unmarshal(record.Data, one); err != nil || len(one.ScopeMetrics) != 1 || len(one.ScopeMetrics[0].Metrics) != 1 {
			return nil, &pump.RefusedError{Reason: fmt.Sprintf("a record is not one for OTLP: %v", err)}
		}
		metric := one.ScopeMetrics[0].Metrics[0]
		switch {
		case last == nil || !sameOrigin(last, one):
			last, known = one, map[string]*pb.Metric{metric.Name: metric}
			request.ResourceMetrics = append(request.ResourceMetrics, one)
		case known[metric.Name] == nil:
			known[metric.Name] = metric
			last.ScopeMetrics[0].Metrics = append(last.ScopeMetrics[0].Metrics, metric)
		default:
			join(known[metric.Name], metric)
		}
	}
	return request, nil
}

func sameOrigin(a, b *pb.ResourceMetrics) bool {
	return proto.Equal(a.Resource, b.Resource) && proto.Equal(a.ScopeMetrics[0].Scope, b.ScopeMetrics[0].Scope)
}

// join adds the points of one metric to another of the same kind.
func join(to, from *pb.Metric) {
	switch data := to.Data.(type) {
	case *pb.Metric_Gauge:
		data.Gauge.DataPoints = append(data.Gauge.DataPoints, from.GetGauge().GetDataPoints()...)
	case *pb.Metric_Sum:
		data.Sum.DataPoints = append(data.Sum.DataPoints, from.GetSum().GetDataPoints()...)
	case *pb.Metric_ExponentialHistogram:
		data.ExponentialHistogram.DataPoints = append(data.ExponentialHistogram.DataPoints, from.GetExponentialHistogram().GetDataPoints()...)
	}
}
