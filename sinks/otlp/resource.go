package otlp

import (
	common "go.opentelemetry.io/proto/slim/otlp/common/v1"
	resource "go.opentelemetry.io/proto/slim/otlp/resource/v1"

	"github.com/liveload/liveload/metrics"
)

// Attributes that every resource has, as OpenTelemetry's conventions name them.
const (
	serviceName     = "service.name"
	serviceVersion  = "service.version"
	serviceInstance = "service.instance.id"
)

// resourceOf describes where the numbers of a run come from. What was asked for comes before what we say.
func resourceOf(run metrics.RunInfo, asked []pair) *resource.Resource {
	all := []pair{{serviceName, "liveload"}, {serviceVersion, run.Version}, {serviceInstance, run.RunID}}
	for _, one := range asked {
		all = with(all, one)
	}
	r := &resource.Resource{}
	for _, one := range all {
		if one.value != "" {
			r.Attributes = append(r.Attributes, attribute(one.name, one.value))
		}
	}
	return r
}

func attribute(name, value string) *common.KeyValue {
	return &common.KeyValue{Key: name, Value: &common.AnyValue{Value: &common.AnyValue_StringValue{StringValue: value}}}
}
