package otlp

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	collector "go.opentelemetry.io/proto/slim/otlp/collector/metrics/v1"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	rpc "google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/pump"
)

// answersHTTP answers every export in one way.
func answersHTTP(t *testing.T, code int, header map[string]string, body string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for name, value := range header {
			w.Header().Set(name, value)
		}
		w.WriteHeader(code)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// answersGRPC answers every export in one way.
func answersGRPC(t *testing.T, answer *collector.ExportMetricsServiceResponse, failed error) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := grpc.NewServer(grpc.UnknownServiceHandler(func(_ any, stream grpc.ServerStream) error {
		if failed != nil {
			return failed
		}
		return stream.SendMsg(answer)
	}))
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	return "grpc://" + listener.Addr().String()
}

func packed(t *testing.T, message proto.Message) string {
	t.Helper()
	data, err := proto.Marshal(message)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func rejecting(n int64) *collector.ExportMetricsServiceResponse {
	return &collector.ExportMetricsServiceResponse{PartialSuccess: &collector.ExportMetricsPartialSuccess{RejectedDataPoints: n, ErrorMessage: "too\nold"}}
}

// verdict says what the pump makes of an error.
func verdict(err error) string {
	var refused *pump.RefusedError
	var busy *pump.BusyError
	var partial *pump.PartialError
	switch {
	case errors.As(err, &refused) && refused.Everything:
		return "nothing is taken: " + err.Error()
	case errors.As(err, &refused):
		return "refused: " + err.Error()
	case errors.As(err, &busy):
		return "busy " + busy.RetryAfter.String() + ": " + err.Error()
	case errors.As(err, &partial):
		return "lost " + time.Duration(partial.Lost).String() + ": " + err.Error()
	case err != nil:
		return "again: " + err.Error()
	}
	return "sent"
}

func checkVerdict(t *testing.T, name, address, want string) {
	t.Helper()
	o := open(t, address)
	records, err := newEncoder(metrics.RunInfo{RunID: "r"}, false, nil).prepared(time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if got := verdict(o.Send(t.Context(), records)); got != strings.Replace(want, "SERVER", o.server, 1) {
		t.Errorf("%s: %q, want %q", name, got, want)
	}
}

func TestAnswersOverHTTP(t *testing.T) {
	binary := map[string]string{"Content-Type": contentType}
	tests := []struct {
		name   string
		code   int
		header map[string]string
		body   string
		want   string
	}{
		{"taken", 200, binary, "", "sent"},
		{"taken, without a word", 202, nil, "", "sent"},
		{"a warning", 200, binary, packed(t, rejecting(0)), "sent"},
		{"some rejected", 200, binary, packed(t, rejecting(3)), "lost 3ns: too old"},
		{"a page", 200, map[string]string{"Content-Type": "text/html; charset=utf-8"}, "<html>", "nothing is taken: 200 OK: the answer has the type text/html"},
		{"nonsense", 200, binary, "\xff", "nothing is taken: 200 OK: the answer cannot be read"},
		{"bad data", 400, binary, packed(t, &rpc.Status{Message: "bad point"}), "refused: 400 Bad Request: bad point"},
		{"an echo", 400, nil, "you said Bearer t0psecret\x1b[31m", "refused: 400 Bad Request: you said *** [31m"},
		{"a token", 401, nil, "no\n", "nothing is taken: 401 Unauthorized: no"},
		{"no right", 403, nil, "", "nothing is taken: 403 Forbidden"},
		{"no path", 404, nil, "", "nothing is taken: 404 Not Found"},
		{"too large", 413, nil, "", "refused: 413 Request Entity Too Large"},
		{"limit", 429, map[string]string{"Retry-After": "7"}, "", "busy 7s: 429 Too Many Requests"},
		{"unavailable", 503, map[string]string{"Retry-After": "soon"}, "", "busy 0s: 503 Service Unavailable"},
		{"gateway", 502, nil, strings.Repeat("x", 400), "busy 0s: 502 Bad Gateway: " + strings.Repeat("x", 300) + "..."},
		{"gateway, late", 504, nil, "", "busy 0s: 504 Gateway Timeout"},
		{"an error", 500, nil, "", "refused: 500 Internal Server Error"},
		{"elsewhere", 307, map[string]string{"Location": "https://other?t0psecret"}, "", "nothing is taken: 307 Temporary Redirect: https://other"},
	}
	for _, test := range tests {
		checkVerdict(t, test.name, answersHTTP(t, test.code, test.header, test.body), test.want)
	}
}

// TestAStatusInWordsOfItsOwn: they may hold a secret, or move the cursor of a terminal.
func TestAStatusInWordsOfItsOwn(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		connection, _, _ := http.NewResponseController(w).Hijack()
		_, _ = io.WriteString(connection, "HTTP/1.1 401 No t0psecret\x1b[31m\r\nContent-Length: 0\r\n\r\n")
		_ = connection.Close()
	}))
	t.Cleanup(server.Close)
	checkVerdict(t, "its own words", server.URL, "nothing is taken: 401 Unauthorized")
}

func TestAnswersOverGRPC(t *testing.T) {
	wait := func(code codes.Code) error {
		answer, err := status.New(code, "not now").WithDetails(&errdetails.RetryInfo{RetryDelay: durationpb.New(7 * time.Second)})
		if err != nil {
			t.Fatal(err)
		}
		return answer.Err()
	}
	tests := []struct {
		answer *collector.ExportMetricsServiceResponse
		err    error
		want   string
	}{
		{&collector.ExportMetricsServiceResponse{}, nil, "sent"},
		{rejecting(0), nil, "sent"},
		{rejecting(3), nil, "lost 3ns: too old"},
		{nil, wait(codes.Unavailable), "busy 7s: Unavailable: not now"},
		{nil, wait(codes.ResourceExhausted), "busy 7s: ResourceExhausted: not now"},
		{nil, status.Error(codes.Unavailable, "down"), "again: write to SERVER: down"},
		{nil, status.Error(codes.ResourceExhausted, "too large"), "refused: ResourceExhausted: too large"},
		{nil, status.Error(codes.Canceled, "x"), "busy 0s: Canceled: x"},
		{nil, status.Error(codes.DeadlineExceeded, "x"), "busy 0s: DeadlineExceeded: x"},
		{nil, status.Error(codes.Aborted, "x"), "busy 0s: Aborted: x"},
		{nil, status.Error(codes.OutOfRange, "x"), "busy 0s: OutOfRange: x"},
		{nil, status.Error(codes.DataLoss, "x"), "busy 0s: DataLoss: x"},
		{nil, status.Error(codes.Unknown, "x"), "refused: Unknown: x"},
		{nil, status.Error(codes.InvalidArgument, "you said t0psecret"), "refused: InvalidArgument: you said ***"},
		{nil, status.Error(codes.AlreadyExists, "x"), "refused: AlreadyExists: x"},
		{nil, status.Error(codes.FailedPrecondition, "x"), "refused: FailedPrecondition: x"},
		{nil, status.Error(codes.Internal, "x"), "refused: Internal: x"},
		{nil, status.Error(codes.Unimplemented, "x"), "nothing is taken: Unimplemented: x"},
		{nil, status.Error(codes.NotFound, "x"), "nothing is taken: NotFound: x"},
		{nil, status.Error(codes.Unauthenticated, "x"), "nothing is taken: Unauthenticated: x"},
		{nil, status.Error(codes.PermissionDenied, "x"), "nothing is taken: PermissionDenied: x"},
	}
	for _, test := range tests {
		checkVerdict(t, test.want, answersGRPC(t, test.answer, test.err), test.want)
	}
}

// TestRejectedFirstPoint stops the run before it begins.
func TestRejectedFirstPoint(t *testing.T) {
	for _, address := range []string{
		answersGRPC(t, rejecting(1), nil),
		answersHTTP(t, 200, map[string]string{"Content-Type": contentType}, packed(t, rejecting(1))),
	} {
		err := open(t, address).Check(t.Context(), metrics.RunInfo{})
		if err == nil || !strings.Contains(err.Error(), "does not take the first point: too old") {
			t.Errorf("%s: %v", address, err)
		}
	}
}

// TestNoAnswer: a receiver that accepts and never answers holds nobody longer than the context or the environment says.
func TestNoAnswer(t *testing.T) {
	gone := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-gone }))
	defer server.Close()
	defer close(gone)
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	for _, address := range []string{server.URL, "grpc://" + silent.Addr().String()} {
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		if err := open(t, address).Check(ctx, metrics.RunInfo{}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v", address, err)
		}
		cancel()
		if err := open(t, address, "OTEL_EXPORTER_OTLP_TIMEOUT", "20").Check(t.Context(), metrics.RunInfo{}); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s with a timeout: %v", address, err)
		}
	}
}
