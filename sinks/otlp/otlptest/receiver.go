// Package otlptest is a strict receiver of OTLP metrics for tests: it refuses what the protocol does not allow, keeps
// the points, and compares them with the Results of a run.
package otlptest

import (
	"context"
	"errors"
	"net"
	"slices"
	"sync"
	"testing"

	collector "go.opentelemetry.io/proto/slim/otlp/collector/metrics/v1"
)

// Authorization is the header that a receiver wants. It is a secret.
const Authorization = "Bearer t0psecret"

// A Receiver takes metrics over HTTP or gRPC. It listens until it is stopped, and may run again.
type Receiver struct {
	// Listen returns what Run listens on. It may be replaced before Run, by something that needs no network.
	Listen func() (net.Listener, error)
	// Reject says which points are rejected, though the others of a request are taken; nil for none.
	Reject func(*Point) bool
	grpc   bool

	mu      sync.Mutex
	points  []*Point
	streams map[string]*stream
	hanging chan struct{} // closed when requests that hang may end; nil when they are answered
	refused []error       // why requests were refused
	stop    func()
}

// New returns a receiver for HTTP or gRPC that does not run yet.
func New(grpc bool) *Receiver {
	r := &Receiver{grpc: grpc, streams: make(map[string]*stream)}
	r.Listen = func() (net.Listener, error) { return net.Listen("tcp", "127.0.0.1:0") }
	return r
}

// Start returns one that runs until the test ends, and its address for --out.
func Start(t testing.TB, grpc bool) (r *Receiver, address string) {
	t.Helper()
	r = New(grpc)
	l := r.Run(t)
	t.Cleanup(r.Stop)
	if grpc {
		return r, "grpc://" + l.Addr().String()
	}
	return r, "http://" + l.Addr().String()
}

// Run starts to listen.
func (r *Receiver) Run(t testing.TB) net.Listener {
	t.Helper()
	l, err := r.Listen()
	if err != nil {
		t.Fatal(err)
	}
	serve := r.serveHTTP
	if r.grpc {
		serve = r.serveGRPC
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stop = serve(l)
	return l
}

// Stop breaks all connections and returns when nothing runs any more. It may be called again.
func (r *Receiver) Stop() {
	r.mu.Lock()
	stop, hanging := r.stop, r.hanging
	r.stop, r.hanging = nil, nil
	r.mu.Unlock()
	if hanging != nil {
		close(hanging)
	}
	if stop != nil {
		stop()
	}
}

// Hang takes requests from now on and answers none, until Stop.
func (r *Receiver) Hang() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.hanging = make(chan struct{})
}

// Points returns the points that were taken, in the order of their arrival. Those that came again are there once.
func (r *Receiver) Points() []*Point {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.points)
}

// Refused returns why requests were refused.
func (r *Receiver) Refused() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return errors.Join(r.refused...)
}

// wait returns when requests are answered, or nobody waits for this one.
func (r *Receiver) wait(ctx context.Context) {
	r.mu.Lock()
	hanging := r.hanging
	r.mu.Unlock()
	if hanging == nil {
		return
	}
	select {
	case <-hanging:
	case <-ctx.Done():
	}
}

// errDenied is what a request without Authorization gets.
var errDenied = errors.New("who are you?")

// take takes a request as a whole, but for rejected points. Its error is what is wrong with the request.
func (r *Receiver) take(ctx context.Context, authorization string, request *collector.ExportMetricsServiceRequest) (*collector.ExportMetricsServiceResponse, error) {
	r.wait(ctx)
	if authorization != Authorization {
		return nil, errDenied
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	points, err := read(request)
	if err == nil {
		err = r.check(points)
	}
	if err != nil {
		r.refused = append(r.refused, err)
		return nil, err
	}
	response := &collector.ExportMetricsServiceResponse{}
	for _, p := range points {
		if r.Reject != nil && r.Reject(p) {
			if response.PartialSuccess == nil {
				response.PartialSuccess = &collector.ExportMetricsPartialSuccess{ErrorMessage: "not these"}
			}
			response.PartialSuccess.RejectedDataPoints++
		} else {
			r.keep(p)
		}
	}
	return response, nil
}
