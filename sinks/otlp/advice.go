package otlp

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"strings"
	"syscall"

	"github.com/liveload/liveload/sinks/destination"
	"github.com/liveload/liveload/sinks/pump"
)

// explain says what to do about a check that failed.
func (o *Output) explain(ctx context.Context, err error) error {
	var failed *failure
	var partial *pump.PartialError
	switch {
	case errors.As(err, &partial):
		return fmt.Errorf("%s does not take the first point: %w", o.server, err)
	case !errors.As(err, &failed):
		return err
	case failed.kind == unanswered:
		return fmt.Errorf("no OTLP receiver answers at %s: %w%s", o.server, failed, o.unreachable(ctx, failed.err))
	}
	return fmt.Errorf("%s does not take a point (%w): %s", o.server, failed, o.advice(failed))
}

// unreachable adds what to do about a receiver that did not answer, when it is known.
func (o *Output) unreachable(ctx context.Context, err error) string {
	var certificate *tls.CertificateVerificationError
	says := func(text string) bool { return strings.Contains(err.Error(), text) }
	switch {
	case errors.Is(err, syscall.ECONNREFUSED) || says("connection refused"):
		return ". Nothing listens there: start a collector, or check host and port (as a rule 4317 for gRPC, 4318 for HTTP)"
	case errors.As(err, &certificate) || says("x509:"):
		return ". Name the file with the certificate of its authority in OTEL_EXPORTER_OTLP_CERTIFICATE"
	case says("server gave HTTP response to HTTPS client") || says("first record does not look like a TLS handshake"):
		return ". It does not speak TLS: write " + o.scheme(false) + "://"
	case says(`malformed HTTP response "\x15\x03`) || o.grpc && !o.secure && (says("EOF") || says("connection reset")):
		return ". It may want TLS: write " + o.scheme(true) + "://"
	case says("malformed HTTP response") || errors.Is(err, destination.ErrSpeaksFirst):
		return ". It does not speak HTTP/1.1: if it speaks gRPC, write grpc://"
	case says("looked like an HTTP/1.1 header"):
		return ". It speaks HTTP, not gRPC: write http://"
	case ctx.Err() != nil || errors.Is(err, context.DeadlineExceeded):
		return ". Check host and port, and what stands between"
	}
	return ""
}

// scheme is that of addresses with this protocol.
func (e *endpoint) scheme(secure bool) string {
	scheme := "http"
	if e.grpc {
		scheme = "grpc"
	}
	if secure {
		scheme += "s"
	}
	return scheme
}

func (o *Output) advice(f *failure) string {
	other := (&endpoint{grpc: !o.grpc}).scheme(o.secure) + "://"
	switch {
	case f.kind == denied && len(o.headers) == 0:
		return "put its credentials into OTEL_EXPORTER_OTLP_HEADERS, as in Authorization=Bearer%20TOKEN"
	case f.kind == denied:
		return "check the credentials in OTEL_EXPORTER_OTLP_HEADERS"
	case f.kind == absent && o.grpc:
		return "it takes no metrics over gRPC: if it speaks HTTP, write " + other + "; otherwise check that the collector has a pipeline for metrics"
	case f.kind == absent && (strings.HasPrefix(f.code, "415") || strings.Contains(f.reason, "application/grpc")):
		return "it takes no metrics over HTTP: if it speaks gRPC, write " + other
	case f.kind == absent:
		return "nobody takes metrics under this path: check the address, and that the collector has a pipeline for metrics"
	case f.kind == elsewhere:
		return "it redirects; write that address instead, without " + metricsPath
	case f.kind == passing:
		return "it asks to try again later"
	case !o.secure && strings.Contains(f.reason, "HTTP request to an HTTPS server"):
		return "it wants TLS: write https://"
	}
	return "its log may say more"
}
