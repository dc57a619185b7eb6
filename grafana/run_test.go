package grafana

import (
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/pump"
)

const (
	newRun, oldRun = "7c9e6679-7425-40de-944b-e07fc1f90ae7", "11111111-7425-40de-944b-e07fc1f90ae7"
	runSeconds     = 30
)

// startOf is when a run starts. The old one is an hour before the new one.
func startOf(run string) time.Time {
	start := time.Date(2026, 8, 1, 12, 0, 0, 0, time.UTC)
	if run == oldRun {
		return start.Add(-time.Hour)
	}
	return start
}

// values are those of labels that are not told by their names, or by the catalogue.
var values = map[string][]string{
	"status": {"5xx", "2xx"},
	"event":  {"add_to_cart", "it's 50% (off)"}, "page": {"/products/:id", "/"}, "path": {"/products/:id", "/a b"}, "host": {"localhost:4000", "cdn"},
}

// record measures everything of the catalogue in two scenarios, some a little slower in the old run.
func record(node *metrics.Recorder, run string, second int) {
	slower := 1.0
	if run == oldRun {
		slower = 2
	}
	for k, name := range []string{"buy", "browse, then leave"} {
		s := node.Scope(name)
		if second < 10 {
			s.UserStarted()
		}
		if second >= 20 {
			s.UserEnded(second != 25)
		}
		for n, m := range metrics.Catalogue() {
			switch {
			case m.OfServer(), m.OfSinks():
				continue
			case m.OfGenerator():
				if k == 0 {
					node.Scope(metrics.NodeScope).Observe(m, m.With("node-a"), float64(10+second+n))
				}
				continue
			}
			for variant := range 2 {
				labels := m.With(labelValues(m, variant)...)
				if m.Kind == metrics.Histogram {
					s.Observe(m, labels, slower*float64(1000*(variant+1)+second*7+n))
				} else {
					s.Add(m, labels, int64(1+variant+k))
				}
			}
		}
	}
}

func labelValues(m *metrics.Metric, variant int) (all []string) {
	for _, l := range m.Labels {
		of := values[l.Name]
		if of == nil {
			of = l.Values
		}
		if of == nil {
			of = []string{l.Name + " a", l.Name + " b"}
		}
		all = append(all, of[min(variant, len(of)-1)])
	}
	return all
}

// reading is what a probe reads of an application in Elixir, and of others.
func reading(at time.Time, second int) *metrics.Reading {
	r := &metrics.Reading{At: at}
	labels := metrics.LabelsOf(metrics.TargetLabel, "app:9568")
	for _, name := range []string{
		"process_cpu_percent", "process_resident_memory_bytes", "vm_memory_total", "vm_total_run_queue_lengths_total", "vm_system_counts_process_count", "shop_repo_query_queue_time_us_mean",
		"shop_prom_ex_beam_stats_run_queue_count", "vm_scheduler_utilization_total", "phoenix_http_request_duration_us_mean", "go_gc_duration_us_mean",
	} {
		m := metrics.ServerMetric(metrics.ServerPrefix+name, metrics.Gauge)
		r.Metrics = append(r.Metrics, &m)
		r.Series = append(r.Series, metrics.Series{Metric: m.Name, Labels: labels, Gauge: &metrics.GaugeValue{Last: 5, Min: 1, Max: float64(second)}})
	}
	count := metrics.ServerMetric(metrics.ServerPrefix+"phoenix_http_request_duration_us_count", metrics.Counter)
	r.Metrics = append(r.Metrics, &count)
	r.Series = append(r.Series, metrics.Series{Metric: count.Name, Labels: labels, Count: 3},
		metrics.Series{Metric: metrics.ServerProbeFailures.Name, Labels: labels, Count: 1})
	return r
}

// noEnv is an environment without variables.
func noEnv(string) string { return "" }

// write sends a run to a database as liveload does, and returns its Results.
func write(t *testing.T, o pump.Output, run string, start time.Time) []metrics.Result {
	t.Helper()
	info := metrics.RunInfo{RunID: run, Start: start, ByNode: true, Scenarios: []metrics.ScenarioInfo{{Name: "buy", Users: 10}, {Name: "browse, then leave", Users: 10}}}
	if err := o.Check(t.Context(), info); err != nil {
		t.Fatal(err)
	}
	agg, node := metrics.NewAggregator(info), metrics.NewRecorder("node-a", start, metrics.NewRegistry())
	send := func(intervals []*metrics.Interval) {
		for _, i := range intervals {
			second := int(i.Offset / time.Second)
			if second == 7 {
				value := 3.0
				for k := range i.Scenarios {
					i.Scenarios[k].State.Thresholds = []metrics.ThresholdOutcome{{Metric: "iterations", Expression: "count<2", Value: &value}}
				}
			}
			records, err := o.Encode(i)
			if err != nil {
				t.Fatal(err)
			}
			if err := o.Send(t.Context(), records); err != nil {
				t.Fatal(err)
			}
		}
	}
	for second := range runSeconds {
		record(node, run, second)
		agg.AddReading(reading(start.Add(time.Duration(second)*time.Second+time.Second/2), second))
		snapshot := node.Snapshot(start.Add(time.Duration(second+1) * time.Second))
		snapshot.Last = second == runSeconds-1
		send(agg.Add(snapshot))
	}
	send(agg.Finish())
	return agg.Results(start.Add(runSeconds * time.Second))
}
