package readable

import (
	"testing"

	"github.com/liveload/liveload/metrics"
)

func TestValue(t *testing.T) {
	tests := []struct {
		metric string
		value  float64
		want   string
	}{
		{"iteration_duration_us", 0, "0 µs"},
		{"iteration_duration_us", 0.25, "0.25 µs"},
		{"iteration_duration_us", 999, "999 µs"},
		{"iteration_duration_us", 999.7, "1.00 ms"},
		{"iteration_duration_us", 12_345, "12.3 ms"},
		{"iteration_duration_us", 999_600, "1.00 s"},
		{"iteration_duration_us", 59.96e6, "1m 00s"},
		{"scenario_duration_us", 3.7e9, "1h 01m"},
		{"liveview_diff_bytes", 999, "999 B"},
		{"liveview_diff_bytes", 1500, "1.50 kB"},
		{"http_bytes_received", 2.5e9, "2.50 GB"},
		{"generator_cpu_percent", 97.25, "97.2 %"},
		{"cart_total", 0.0123, "0.012 EUR"},
		{"web_vital_cls", 0.0012, "0.0012"}, // not 0.00
		{"my_trend", 0.00001234, "1.2e-05"},
		{"my_trend", 1234.5, "1234"},
	}
	for _, tt := range tests {
		r := metrics.Result{Metrics: []*metrics.Metric{{Name: "cart_total", Unit: "EUR"}}}
		if got := Value(r.Metric(tt.metric), tt.value); got != tt.want {
			t.Errorf("Value(%s, %v) = %q, want %q", tt.metric, tt.value, got, tt.want)
		}
	}
}
