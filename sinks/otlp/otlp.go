// Package otlp writes intervals to receivers of OpenTelemetry's protocol, OTLP, over gRPC and HTTP. docs/outputs.md
// describes what it writes.
package otlp

import (
	"context"
	"errors"
	"fmt"
	"time"

	collector "go.opentelemetry.io/proto/slim/otlp/collector/metrics/v1"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/pump"
)

// An Output is a pump.Output for one receiver.
type Output struct {
	settings
	transport transport
	encoder   *encoder // of the run
}

// A transport exports requests to a receiver. The error of export is a *failure.
type transport interface {
	export(ctx context.Context, request *collector.ExportMetricsServiceRequest) (*collector.ExportMetricsServiceResponse, error)
	close() error
}

// New returns an output for an address such as http://127.0.0.1:4318 or grpc://127.0.0.1:4317. What it lacks is taken
// from the environment variables of OpenTelemetry. It does not connect yet.
func New(address string, env func(name string) string) (*Output, error) {
	s, err := parseSettings(address, env)
	if err != nil {
		return nil, err
	}
	return newOutput(s)
}

func newOutput(s settings) (o *Output, err error) {
	o = &Output{settings: s}
	if s.grpc {
		o.transport, err = newGRPC(&o.settings)
	} else {
		o.transport = newHTTP(&o.settings)
	}
	return o, err
}

// Check writes a gauge that says that the run was prepared.
func (o *Output) Check(ctx context.Context, run metrics.RunInfo) error {
	o.encoder = newEncoder(run, o.delta, o.resource)
	records, err := o.encoder.prepared(time.Now())
	if err != nil {
		return err
	}
	if err := o.export(ctx, records); err != nil {
		return o.explain(ctx, err)
	}
	return nil
}

// Encode makes a record of each data point.
func (o *Output) Encode(i *metrics.Interval) ([]pump.Record, error) { return o.encoder.encode(i) }

// Send exports all records in one request.
func (o *Output) Send(ctx context.Context, batch []pump.Record) error {
	var failed *failure
	err := o.export(ctx, batch)
	if errors.As(err, &failed) {
		return failed.forPump(o.server)
	}
	return err
}

// export returns a *failure, or a *pump.PartialError when some points were rejected.
func (o *Output) export(ctx context.Context, batch []pump.Record) error {
	request, err := requestOf(batch)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, o.timeout)
	defer cancel()
	response, err := o.transport.export(ctx, request)
	if err != nil {
		return err
	}
	if partial := response.GetPartialSuccess(); partial.GetRejectedDataPoints() > 0 {
		return &pump.PartialError{Lost: partial.GetRejectedDataPoints(), Reason: o.secrets.Reason(partial.GetErrorMessage())}
	}
	return nil
}

// Close ends the connections.
func (o *Output) Close(context.Context) error {
	if err := o.transport.close(); err != nil {
		return fmt.Errorf("close the connection to %s: %w", o.server, err)
	}
	return nil
}
