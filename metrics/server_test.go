package metrics

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// reading says that the application has 5 processes, and had 3 more orders.
func reading(at time.Duration) *Reading {
	labels, orders, processes := LabelsOf(TargetLabel, "app"), ServerMetric("server_orders_total", Counter), ServerMetric("server_memory_bytes", Gauge)
	return &Reading{At: time.Unix(0, 0).Add(at), Metrics: []*Metric{&orders, &processes}, Series: []Series{
		{Metric: orders.Name, Labels: labels, Count: 3}, {Metric: processes.Name, Labels: labels, Gauge: &GaugeValue{5, 5, 5}},
		{Metric: ServerProbeFailures.Name, Labels: labels, Count: 1},
	}}
}

// TestReadings: each counts in its second, a late one in a revision, the last one in the last second; and no reading is a
// node, or makes an interval wait.
func TestReadings(t *testing.T) {
	start := time.Unix(0, 0)
	a := NewAggregator(RunInfo{Start: start, Scenarios: []ScenarioInfo{{Name: "buy"}, {Name: "look"}}, Nodes: []string{"n"}})
	snapshot := func(second int) []*Interval {
		from := start.Add(time.Duration(second) * time.Second)
		return a.Add(&Snapshot{Node: "n", Seq: int64(second) + 1, Start: start, From: from, To: from.Add(time.Second), Last: second == 2})
	}
	orders := func(i *Interval) (n int64) {
		for _, one := range seriesOf(i.Generator, "server_orders_total") {
			n += one.Count
		}
		return n
	}
	a.AddReading(reading(500 * time.Millisecond))
	first := snapshot(0)
	if len(first) != 1 || first[0].Reported != 1 || first[0].Nodes != 1 || orders(first[0]) != 3 {
		t.Fatalf("%d intervals, the first is %+v", len(first), first[0])
	}
	a.AddReading(reading(700 * time.Millisecond)) // late
	a.AddReading(reading(1500 * time.Millisecond))
	a.AddReading(reading(2500 * time.Millisecond)) // early
	second := snapshot(1)
	if len(second) != 2 || second[0].Revision != 2 || orders(second[0]) != 6 || orders(second[1]) != 3 {
		t.Fatalf("%d intervals, want a revision of the first second too: %+v", len(second), second)
	}
	snapshot(2)
	a.AddReading(reading(9 * time.Second)) // after the users
	last := a.Finish()
	if len(last) != 1 || last[0].Offset != 2*time.Second || orders(last[0]) != 6 || last[0].Elapsed != 3*time.Second {
		t.Fatalf("%d intervals at the end: %+v", len(last), last)
	}
	for _, r := range a.Results(start.Add(3 * time.Second)) {
		if n := r.Global.Counters["server_orders_total"].Aggregate; n != 15 {
			t.Errorf("%s: %d orders, want those of 5 readings", r.Name, n)
		}
		if g := r.Global.TimeSeries.Gauges["server_memory_bytes"].Aggregate; len(g) != 1 || g[0].Last != 5 || r.Metric("server_memory_bytes").Unit != Bytes {
			t.Errorf("%s: memory %+v, unit %q", r.Name, g, r.Metric("server_memory_bytes").Unit)
		}
		if len(r.Nodes) != 1 || len(r.Nodes[0].Result.Counters) != 0 || !slices.Equal(r.Global.TimeSeries.NodeCount, []int{1}) {
			t.Errorf("%s: nodes %+v", r.Name, r.Nodes)
		}
		if notes := strings.Join(r.Health.Notes, "; "); notes != "the metrics of the application at app could not be read 5 times: the server_ metrics of those seconds are missing" {
			t.Errorf("%s: notes %q", r.Name, notes)
		}
	}
}

func TestUnitsOfServerMetrics(t *testing.T) {
	for name, want := range map[string]string{
		"server_x_us": Microseconds, "server_x_us_sum": Microseconds, "server_x_us_total": Microseconds, "server_x_us_mean": Microseconds,
		"server_x_bytes_total": Bytes, "server_x_us_count": Events, "server_x_total": Events, "server_cpu_percent": Percent,
	} {
		if got := ServerMetric(name, Counter).Unit; got != want {
			t.Errorf("the unit of %s is %q, want %q", name, got, want)
		}
	}
}

// TestServerMetricsTakeNoPlace of those of scripts.
func TestServerMetricsTakeNoPlace(t *testing.T) {
	r := NewRegistry()
	for i := range maxCustom {
		if _, err := r.Register(ServerMetric("server_"+strings.Repeat("x", i+1), Gauge)); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.Custom(CustomCounter("orders")); err != nil {
		t.Error(err)
	}
	if _, err := r.Custom(CustomCounter("server_orders")); err == nil || !strings.Contains(err.Error(), "server_... is what --probe reads of the tested application") {
		t.Errorf("a script's own metric server_orders: %v", err)
	}
}
