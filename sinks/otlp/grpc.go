package otlp

import (
	"context"
	"time"

	collector "go.opentelemetry.io/proto/slim/otlp/collector/metrics/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/encoding/gzip"
	"google.golang.org/grpc/metadata"
)

// dialTime is how long the making of a connection may take.
const dialTime = 10 * time.Second

// exportMethod is the one method of the service. Its generated client would bring a gateway along that we do not need.
const exportMethod = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export"

type grpcTransport struct {
	*settings
	connection *grpc.ClientConn
}

func newGRPC(s *settings) (*grpcTransport, error) {
	secrets := insecure.NewCredentials()
	if s.tls != nil {
		secrets = credentials.NewTLS(s.tls)
	}
	pauses := backoff.DefaultConfig
	pauses.MaxDelay = 5 * time.Second // the pump waits between attempts too
	options := []grpc.DialOption{
		grpc.WithTransportCredentials(secrets), grpc.WithUserAgent(userAgent),
		grpc.WithConnectParams(grpc.ConnectParams{Backoff: pauses, MinConnectTimeout: dialTime}),
	}
	if s.dial != nil {
		options = append(options, grpc.WithContextDialer(s.dial))
	}
	connection, err := grpc.NewClient(s.target, options...)
	return &grpcTransport{s, connection}, err
}

func (t *grpcTransport) export(ctx context.Context, request *collector.ExportMetricsServiceRequest) (*collector.ExportMetricsServiceResponse, error) {
	for _, header := range t.headers {
		ctx = metadata.AppendToOutgoingContext(ctx, header.name, header.value)
	}
	var options []grpc.CallOption
	if t.gzip {
		options = append(options, grpc.UseCompressor(gzip.Name))
	}
	answer := &collector.ExportMetricsServiceResponse{}
	if err := t.connection.Invoke(ctx, exportMethod, request, answer, options...); err != nil {
		return nil, t.refusal(ctx, err)
	}
	return answer, nil
}

func (t *grpcTransport) close() error { return t.connection.Close() }
