package load

import (
	"strings"
	"testing"

	"github.com/liveload/liveload/e2e/rig"
	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/influxdb/influxtest"
)

// TestInfluxDB runs three scenarios into a real InfluxDB that is killed in the middle and comes back: it has then what the
// Results say, and no iteration failed.
func TestInfluxDB(t *testing.T) {
	t.Parallel()
	a := rig.StartApp(t)
	s := influxtest.Start(t)
	c := rig.Start(t, "../../examples/mixed.js", "--users", "4", "--duration", "1h", "--config", "baseURL="+a.URL, "--config", "think=200ms",
		"--out", "influxdb="+s.Address(), "--out-timeout", "60s", "--out-nodes",
		"--probe", "prometheus="+a.URL, "--probe-match", "demo_*")
	rig.WaitUntil(t, "iterations in the database", func() bool { return len(s.Query(t, "SELECT value FROM iterations LIMIT 1")) > 0 })
	s.Kill(t)
	rig.WaitUntil(t, "a write that fails", func() bool { return strings.Contains(c.Output.String(), "is away") })
	s.Run(t)
	rig.WaitUntil(t, "a write that succeeds again", func() bool { return strings.Contains(c.Output.String(), "is back") })
	c.Interrupt(t)
	c.EndsWith(t, 130)
	results := c.ReadAll(t)
	if len(results) != 3 {
		t.Fatalf("%d results, want 3\n%s", len(results), c.Output)
	}
	s.Compare(t, results)
	s.CompareNodes(t, results)
	rig.Same(t, "events that the demo shows", results[0].Global.Counters["server_demo_events_total"].Aggregate, a.Stats().EventsTotal)
	rig.None(t, rig.Together(results), metrics.IterationFailures)
	if ended := s.Query(t, "SELECT text FROM annotations WHERE event = 'end'"); len(ended) != 3 {
		t.Errorf("annotations of the end: %v", ended)
	}
	if text := c.Output.String(); strings.Contains(text, influxtest.Password) || strings.Contains(text, "a%20secret") {
		t.Errorf("printed:\n%s", text)
	}
}
