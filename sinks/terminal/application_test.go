package terminal_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/terminal"
)

// TestSummaryOfTheApplication: of two applications a few lines each, and nothing of the rest.
func TestSummaryOfTheApplication(t *testing.T) {
	p := newPlay("browse")
	for _, of := range []struct {
		name, target, kind string
		values             []float64
	}{
		{"server_process_cpu_percent", "a:1", "", []float64{12.5, 190, 44}},
		{"server_process_resident_memory_bytes", "a:1", "", []float64{1e8, 3e8, 2e8}},
		{"server_shop_prom_ex_beam_memory_allocated_bytes", "a:1", "", []float64{5e7}}, // of the same
		{"server_shop_prom_ex_beam_stats_run_queue_count", "a:1", "normal", []float64{1, 9, 3}},
		{"server_shop_prom_ex_beam_stats_run_queue_count", "a:1", "dirty", []float64{0}},
		{"server_process_resident_memory_bytes", "b:1", "", []float64{7e6}},
		{"server_go_goroutines", "b:1", "", []float64{42}},
	} {
		m := metrics.ServerMetric(of.name, metrics.Gauge)
		for second, v := range of.values {
			p.agg.AddReading(&metrics.Reading{At: began.Add(time.Duration(second) * time.Second), Metrics: []*metrics.Metric{&m}, Series: []metrics.Series{
				{Metric: of.name, Labels: metrics.LabelsOf("target", of.target, "type", of.kind), Gauge: &metrics.GaugeValue{Last: v, Min: v, Max: v}},
			}})
		}
	}
	for _, target := range []string{"a:1", "b:1"} {
		p.agg.AddReading(&metrics.Reading{At: began, Series: []metrics.Series{
			{Metric: metrics.ServerProbeFailures.Name, Labels: metrics.ServerProbeFailures.With(target)},
		}})
	}
	for n := range 3 {
		p.second(n + 1)
	}
	p.agg.Finish()
	var out bytes.Buffer
	if err := terminal.New(terminal.Options{Out: &out, Quiet: true}).Close(t.Context(), p.agg.Results(began.Add(3*time.Second))); err != nil {
		t.Fatal(err)
	}
	want := `
  the application                   last     min     max
    CPU (100 % is one core), a:1    44 %  12.5 %   190 %
    memory, a:1                   200 MB  100 MB  300 MB
    memory, b:1                     7 MB    7 MB    7 MB
    run queue, a:1                     3       0       9
`
	if !strings.Contains(out.String(), want) || strings.Contains(out.String(), "server_") {
		t.Errorf("the summary is\n%s", out.String())
	}
}
