package otlptest

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"

	collector "go.opentelemetry.io/proto/slim/otlp/collector/metrics/v1"
	rpc "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	_ "google.golang.org/grpc/encoding/gzip" // so that requests may be packed
)

const (
	contentType = "application/x-protobuf"
	mostBytes   = 20 << 20 // that the protocol recommends
)

// serveHTTP returns how to stop.
func (r *Receiver) serveHTTP(l net.Listener) func() {
	server := &http.Server{Handler: http.HandlerFunc(r.handle), ErrorLog: log.New(io.Discard, "", 0)}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(l) // it ends with Close
	}()
	return func() {
		_ = server.Close() // the listener may be closed already
		<-done
	}
}

func (r *Receiver) handle(w http.ResponseWriter, q *http.Request) {
	switch {
	case q.URL.Path != "/v1/metrics":
		answer(w, http.StatusNotFound, &rpc.Status{Message: "no such path"})
		return
	case q.Method != http.MethodPost:
		answer(w, http.StatusMethodNotAllowed, &rpc.Status{Message: "POST it"})
		return
	case q.Header.Get("Content-Type") != contentType:
		answer(w, http.StatusUnsupportedMediaType, &rpc.Status{Message: "not " + contentType})
		return
	}
	request, err := readBody(q)
	if err != nil {
		answer(w, http.StatusBadRequest, &rpc.Status{Message: err.Error()})
		return
	}
	response, err := r.take(q.Context(), q.Header.Get("Authorization"), request)
	switch {
	case errors.Is(err, errDenied):
		answer(w, http.StatusUnauthorized, &rpc.Status{Message: err.Error()})
	case err != nil:
		answer(w, http.StatusBadRequest, &rpc.Status{Message: err.Error()})
	default:
		answer(w, http.StatusOK, response)
	}
}

func readBody(q *http.Request) (*collector.ExportMetricsServiceRequest, error) {
	var body io.Reader = q.Body
	switch encoding := q.Header.Get("Content-Encoding"); encoding {
	case "":
	case "gzip":
		unpacked, err := gzip.NewReader(q.Body)
		if err != nil {
			return nil, err
		}
		body = unpacked
	default:
		return nil, fmt.Errorf("the encoding %q is none of the protocol", encoding)
	}
	content, err := io.ReadAll(io.LimitReader(body, mostBytes+1))
	if err != nil {
		return nil, err
	}
	if len(content) > mostBytes {
		return nil, fmt.Errorf("over %d bytes", mostBytes)
	}
	request := &collector.ExportMetricsServiceRequest{}
	return request, proto.Unmarshal(content, request)
}

func answer(w http.ResponseWriter, code int, message proto.Message) {
	body, err := proto.Marshal(message)
	if err != nil {
		panic(err)
	}
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(code)
	_, _ = w.Write(body) // the client may be gone
}

// service describes the one method, as generated code would that came with a gateway.
func (r *Receiver) service() *grpc.ServiceDesc {
	return &grpc.ServiceDesc{
		ServiceName: "opentelemetry.proto.collector.metrics.v1.MetricsService", HandlerType: (*any)(nil),
		Methods: []grpc.MethodDesc{{MethodName: "Export", Handler: func(_ any, ctx context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor) (any, error) {
			request := &collector.ExportMetricsServiceRequest{}
			if err := decode(request); err != nil {
				return nil, err
			}
			return r.export(ctx, request)
		}}},
	}
}

func (r *Receiver) export(ctx context.Context, request *collector.ExportMetricsServiceRequest) (*collector.ExportMetricsServiceResponse, error) {
	headers, _ := metadata.FromIncomingContext(ctx)
	authorization := ""
	if all := headers.Get("authorization"); len(all) == 1 {
		authorization = all[0]
	}
	response, err := r.take(ctx, authorization, request)
	switch {
	case errors.Is(err, errDenied):
		return nil, status.Error(codes.Unauthenticated, err.Error())
	case err != nil:
		return nil, status.Error(codes.InvalidArgument, err.Error())
	}
	return response, nil
}

// serveGRPC returns how to stop.
func (r *Receiver) serveGRPC(l net.Listener) func() {
	server := grpc.NewServer()
	server.RegisterService(r.service(), r)
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(l) // it ends with Stop
	}()
	return func() {
		server.Stop()
		<-done
	}
}
