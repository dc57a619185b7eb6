package otlp

import (
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/otlp/otlptest"
	"github.com/liveload/liveload/sinks/outputtest"
)

const temporalityVariable = "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE"

var began = time.Unix(1790000000, 123456789)

// variables is an environment with the credentials of the receiver and other pairs.
func variables(pairs ...string) func(string) string {
	env := map[string]string{"OTEL_EXPORTER_OTLP_HEADERS": "authorization=Bearer%20t0psecret"}
	for i := 0; i < len(pairs); i += 2 {
		env[pairs[i]] = pairs[i+1]
	}
	return func(name string) string { return env[name] }
}

func open(t *testing.T, address string, pairs ...string) *Output {
	t.Helper()
	o, err := New(address, variables(pairs...))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := o.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
	return o
}

// TestReceiverEqualsResult: counts and sums are those of the Results, and quantiles within the error of buckets, though
// seconds were revised and every fourth of them was sent twice.
func TestReceiverEqualsResult(t *testing.T) {
	tests := []struct {
		name                     string
		grpc                     bool
		temporality, compression string
	}{
		{"HTTP", false, "", ""},
		{"gRPC, delta, not packed", true, "lowmemory", "none"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r, address := otlptest.Start(t, test.grpc)
			o := open(t, address, temporalityVariable, test.temporality, "OTEL_EXPORTER_OTLP_COMPRESSION", test.compression)
			if err := o.Check(t.Context(), metrics.RunInfo{RunID: outputtest.SimulatedRun}); err != nil {
				t.Fatal(err)
			}
			revised := 0
			results := outputtest.Simulate(t, began, func(i *metrics.Interval) {
				if i.Revision > 1 {
					revised++
				}
				records, err := o.Encode(i)
				if err != nil {
					t.Fatal(err)
				}
				times := min(len(records), 1)
				if i.Offset/time.Second%4 == 0 {
					times *= 2
				}
				for range times {
					if err := o.Send(t.Context(), records); err != nil {
						t.Fatal(err)
					}
				}
			})
			if revised < 5 {
				t.Fatalf("%d intervals were revised; the test wants more", revised)
			}
			r.Compare(t, results)
		})
	}
}
