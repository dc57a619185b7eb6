package otlp

import (
	"context"
	"log/slog"
	"net"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/grpc/test/bufconn"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/otlp/otlptest"
	"github.com/liveload/liveload/sinks/outputtest"
	"github.com/liveload/liveload/sinks/pump"
)

// inMemory returns a receiver, and how to make outputs that need no network to it, so that time can be virtual.
func inMemory(t *testing.T, grpc bool, pairs ...string) (r *otlptest.Receiver, connect func() *Output) {
	t.Helper()
	r = otlptest.New(grpc)
	var listener atomic.Pointer[bufconn.Listener] // connections are made by goroutines of the transports
	r.Listen = func() (net.Listener, error) {
		l := bufconn.Listen(1 << 20)
		listener.Store(l)
		return l, nil
	}
	r.Run(t)
	address := map[bool]string{false: "http://127.0.0.1:4318", true: "grpc://127.0.0.1:4317"}[grpc]
	s, err := parseSettings(address, variables(pairs...))
	if err != nil {
		t.Fatal(err)
	}
	s.dial = func(ctx context.Context, _ string) (net.Conn, error) { return listener.Load().DialContext(ctx) }
	return r, func() *Output {
		o, err := newOutput(s)
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
}

func options(t *testing.T) pump.Options {
	return pump.Options{
		Name: "the receiver", Spool: filepath.Join(t.TempDir(), "spool"), Memory: 50_000, Timeout: 30 * time.Second, Log: slog.New(slog.DiscardHandler),
	}
}

// TestNothingIsMissing when the receiver was away for 14 seconds of a run, and again until after the end: then a replay
// brings the rest.
func TestNothingIsMissing(t *testing.T) {
	for temporality, grpc := range map[string]bool{"delta": false, "cumulative": true} {
		t.Run(temporality, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r, connect := inMemory(t, grpc, temporalityVariable, temporality)
				options := options(t)
				p := pump.New(connect(), options)
				start := time.Now()
				if err := p.Start(t.Context(), metrics.RunInfo{RunID: outputtest.SimulatedRun}); err != nil {
					t.Fatal(err)
				}
				results := outputtest.Simulate(t, start, func(i *metrics.Interval) {
					time.Sleep(time.Until(start.Add(i.Offset + i.Width))) // late revisions come at once
					switch {
					case i.Offset == 4*time.Second && i.Revision == 1:
						r.Stop()
					case i.Offset == 18*time.Second:
						if c := p.Counts(); c.Spooled == 0 {
							t.Errorf("nothing is in the spool: %+v", c)
						}
						r.Run(t)
					case i.Offset == 21*time.Second && i.Revision == 1:
						r.Stop()
					}
					if err := p.Write(t.Context(), i); err != nil {
						t.Error(err)
					}
				})
				if _, err := p.Flush(t.Context()); err != nil {
					t.Error(err)
				}
				if err := p.Close(t.Context(), nil); err != nil {
					t.Error(err)
				}
				if c := p.Counts(); c.Kept == 0 || c.Lost != 0 {
					t.Errorf("at the end: %+v", c)
				}
				r.Run(t)
				if err := pump.Replay(t.Context(), connect(), options, func(int64, int64) {}); err != nil {
					t.Error(err)
				}
				r.Stop()
				if err := r.Refused(); err != nil {
					t.Error(err)
				}
				r.Compare(t, results)
			})
		})
	}
}

// TestPartialSuccess: what the receiver rejects is lost and counted, exactly, and the rest arrives once.
func TestPartialSuccess(t *testing.T) {
	for protocol, grpc := range protocols {
		t.Run(protocol, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r, connect := inMemory(t, grpc)
				r.Reject = func(p *otlptest.Point) bool { return p.Metric == "liveload_orders" }
				p := pump.New(connect(), options(t))
				if err := p.Start(t.Context(), metrics.RunInfo{RunID: "r"}); err != nil {
					t.Fatal(err)
				}
				start := time.Now()
				for number := range 5 {
					if err := p.Write(t.Context(), second(start, number, 1, int64(number+1))); err != nil {
						t.Error(err)
					}
					time.Sleep(time.Second)
				}
				_, err := p.Flush(t.Context())
				if err == nil || !strings.Contains(err.Error(), "5 points were not accepted, the first with: not these") {
					t.Errorf("Flush = %v", err)
				}
				if err := p.Close(t.Context(), nil); err != nil {
					t.Error(err)
				}
				if c, want := p.Counts(), (pump.Counts{Sent: int64(len(r.Points()) - 1), Lost: 5}); c != want || c.Sent != 6 {
					t.Errorf("counts %+v, want %+v", c, want)
				}
				r.Stop()
			})
		})
	}
}
