package threshold

import (
	"testing"

	"github.com/liveload/liveload/metrics"
)

// TestServerMetrics: what the tested application shows, does not show, and shows as another kind of metric.
func TestServerMetrics(t *testing.T) {
	known := metrics.NewRegistry()
	known.ExpectServer()
	labels := metrics.LabelsOf("target", "a", "kind", "x")
	state := &metrics.State{ScenarioElapsed: 2e9, Totals: []metrics.Series{
		{Metric: "server_memory_bytes", Labels: labels, Gauge: &metrics.GaugeValue{Last: 2e9, Min: 1e9, Max: 3e9}},
		{Metric: "server_memory_bytes", Labels: labels.With("kind", "y"), Gauge: &metrics.GaugeValue{Last: 1, Min: 1, Max: 1}},
		{Metric: "server_orders_total", Labels: labels, Count: 8},
		{Metric: "server_probe_failures", Labels: metrics.LabelsOf("target", "a")},
	}}
	tests := []struct {
		metric, expression string
		holds, measured    bool
	}{
		{"server_memory_bytes", "max<4GB", true, true},
		{"server_memory_bytes", "value<1GB", false, true},
		{"server_memory_bytes{kind:y}", "max<2B", true, true},
		{"server_orders_total", "count==8", true, true},
		{"server_orders_total", "rate<=4", true, true},
		{"server_orders_total{target:b}", "count<9", false, false},
		{"server_probe_failures", "count==0", true, true},
		{"server_order_total", "count<9", false, false}, // is mistyped
		{"server_memory_bytes", "count<9", false, false},
		{"server_orders_total", "max<9", false, false},
	}
	for _, test := range tests {
		one, err := Compile(Spec{Metric: test.metric, Expression: test.expression}, known)
		if err != nil {
			t.Fatal(err)
		}
		value, measured := one.Value(state)
		if measured != test.measured || measured && one.Holds(value) != test.holds {
			t.Errorf("%s: %s: %v, measured %v", test.metric, test.expression, value, measured)
		}
	}
	memory := metrics.ServerMetric("server_memory_bytes", metrics.Gauge)
	if _, err := known.Register(memory); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		expression, want string
		known            *metrics.Registry
	}{
		{"count<9", "server_memory_bytes is a gauge, which has no count: write value, min or max", known},
		{"max<9", "server_memory_bytes is a metric of the tested application, which this run does not read: --probe prometheus=http://HOST:PORT/metrics does", metrics.NewRegistry()},
	} {
		_, err := Compile(Spec{Metric: "server_memory_bytes", Expression: test.expression}, test.known)
		if mistake, ok := err.(*Error); !ok || mistake.Problem != test.want {
			t.Errorf("%s: %v, want %s", test.expression, err, test.want)
		}
	}
}
