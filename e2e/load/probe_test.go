package load

import (
	"strings"
	"testing"

	"github.com/liveload/liveload/e2e/rig"
	"github.com/liveload/liveload/examples/demo"
	"github.com/liveload/liveload/metrics"
)

// TestProbe: what the demo shows for Prometheus is in the Result, exactly what it has counted, and thresholds judge it.
func TestProbe(t *testing.T) {
	t.Parallel()
	a := rig.StartApp(t)
	c := rig.Start(t, "../../examples/counter.js", "--users", "3", "--duration", "4s", "--config", "baseURL="+a.URL,
		"--probe", "prometheus="+a.URL, "--probe-match", "demo_*",
		"--threshold", "server_demo_events_total{event:inc}:count>=15", "--threshold", "server_process_resident_memory_bytes:max<20GB",
		"--threshold", "server_probe_failures:count==0", "--threshold", "server_demo_sockets:max<1") // a page that is left may keep its socket for a moment, so the number is not exact
	c.EndsWith(t, 99)
	r := c.Read(t)
	sameAsDemo(t, r, a.Settled(t, rig.Counter(r, metrics.HTTPRequests).Aggregate))
	for name, unit := range map[string]string{
		"server_process_resident_memory_bytes": metrics.Bytes, "server_process_cpu_percent": metrics.Percent, "server_go_goroutines": metrics.Ratio,
	} {
		g := r.Global.Gauges[name].Aggregate // of the CPU, the last may be 0: the demo rests while its users leave
		if g.Max <= 0 || g.Min > g.Last || g.Max < g.Last || r.Metric(name).Unit != unit {
			t.Errorf("%s is %+v in %q", name, g, r.Metric(name).Unit)
		}
	}
	text := c.Output.String()
	if !strings.Contains(text, "1 of 4 thresholds was not met:\n  counter: server_demo_sockets: max<1: ") || !strings.Contains(text, "\n  the application ") {
		t.Errorf("printed\n%s", text)
	}
}

// sameAsDemo compares what was read of the demo with what it has counted.
func sameAsDemo(t *testing.T, r metrics.Result, truth demo.Stats) {
	t.Helper()
	byLabel := func(metric, label string) map[string]int64 {
		counts := map[string]int64{}
		for _, s := range r.Global.Counters[metric].Series {
			counts[s.Labels.Get(label)] += s.Value
		}
		return counts
	}
	rig.SameMap(t, "events", byLabel("server_demo_events_total", "event"), truth.Events)
	rig.SameMap(t, "joins", byLabel("server_demo_joins_total", "page"), truth.Joins)
	rig.SameMap(t, "sockets", byLabel("server_demo_sockets_opened_total", "transport"), truth.Transports)
	rig.SameMap(t, "requests", byLabel("server_demo_http_requests_total", "path"), truth.HTTPRequests.ByPath)
	var over int64
	for _, n := range r.Global.TimeSeries.Counters["server_demo_events_total"].Aggregate {
		over += n
	}
	rig.Same(t, "events over time", over, truth.EventsTotal)
}
