package remotewrite

import (
	"cmp"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/sinks/outputtest"
	"github.com/liveload/liveload/sinks/prometheus/prometheustest"
)

func noEnv(string) string { return "" }

// connect returns an output that its pump closes.
func connect(t *testing.T, address string) *Output {
	t.Helper()
	o, err := New(address, noEnv)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// TestSuite holds the promises of every output with real servers, which are killed and hang.
func TestSuite(t *testing.T) {
	outputtest.Run(t, func(t *testing.T, log *slog.Logger) outputtest.Rig {
		s := prometheustest.Start(t, prometheustest.Options{})
		return outputtest.Rig{
			Sink:    outputtest.Pump(t, connect(t, s.Address()), log),
			Arrived: func(t *testing.T) []outputtest.Row { return clicks(t, s) },
			Break:   func() { s.Kill(t) },
			Hang:    func() { s.Hang(t) },
			Secret:  prometheustest.Password,
		}
	})
}

// clicks returns the values of the suite in the order of their times, without the zeros before the first one.
func clicks(t *testing.T, s *prometheustest.Server) (found []outputtest.Row) {
	t.Helper()
	for _, sample := range s.Query(t, `{__name__=~"liveload_test_.*"}[2h]`, time.Now().Add(time.Hour)) {
		metric := strings.TrimSuffix(strings.TrimPrefix(sample.Labels["__name__"], "liveload_"), "_total")
		for _, p := range sample.Points {
			if p.Value > 0 {
				found = append(found, outputtest.Row{
					Time: p.Time.Add(-time.Second), Scenario: sample.Labels["scenario"], Node: sample.Labels["node"],
					Metric: metric, Labels: sample.Labels, Value: p.Value,
				})
			}
		}
	}
	slices.SortFunc(found, func(a, b outputtest.Row) int { return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(a.Value, b.Value)) })
	return found
}
