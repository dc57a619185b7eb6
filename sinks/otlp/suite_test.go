package otlp

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/sinks/otlp/otlptest"
	"github.com/liveload/liveload/sinks/outputtest"
)

// protocols are the two ways to a receiver.
var protocols = map[string]bool{"HTTP": false, "gRPC": true}

// TestSuite holds the promises of every output.
func TestSuite(t *testing.T) {
	for protocol, grpc := range protocols {
		t.Run(protocol, func(t *testing.T) {
			outputtest.Run(t, func(t *testing.T, log *slog.Logger) outputtest.Rig {
				r, address := otlptest.Start(t, grpc)
				o, err := New(address, variables())
				if err != nil {
					t.Fatal(err)
				}
				return outputtest.Rig{
					Sink: outputtest.Pump(t, o, log), Arrived: func(t *testing.T) []outputtest.Row { return clicks(t, r) },
					Break: r.Stop, Hang: r.Hang, Secret: "t0psecret",
				}
			})
		})
	}
}

// clicks returns the points of the suite. A point is at the end of its second.
func clicks(t *testing.T, r *otlptest.Receiver) (rows []outputtest.Row) {
	t.Helper()
	if err := r.Refused(); err != nil {
		t.Error(err)
	}
	for _, p := range r.Points() {
		if p.Kind == otlptest.Sum {
			rows = append(rows, outputtest.Row{
				Time: p.Time.Add(-time.Second), Scenario: p.Attributes["scenario"], Metric: strings.TrimPrefix(p.Metric, "liveload_"),
				Labels: p.Attributes, Node: p.Attributes["node"], Value: p.Value,
			})
		}
	}
	return rows
}
