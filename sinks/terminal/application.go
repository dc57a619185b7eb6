package terminal

import (
	"slices"
	"strings"

	"github.com/liveload/liveload/metrics"
)

// applicationRows are what the summary shows of the tested application: the first of these metrics that it has, by the
// ends of their names, since some applications put their own name in front.
var applicationRows = []struct {
	title string
	ends  []string
}{
	{"CPU (100 % is one core)", []string{"_process_cpu_percent"}},
	{"memory", []string{"_process_resident_memory_bytes", "_beam_memory_allocated_bytes", "_vm_memory_total"}},
	{"run queue", []string{"_beam_stats_run_queue_count", "_vm_total_run_queue_lengths_total", "_vm_statistics_run_queues_length"}},
	{"event loop lag", []string{"_nodejs_eventloop_lag_us"}},
	{"wait for the database", []string{"_repo_query_queue_time_us_mean", "_repo_query_queue_time_mean"}},
}

// applicationLines say how the tested application was doing, when it was read.
func applicationLines(r metrics.Result, width int) []text {
	rows := []tableRow{{style: dim, name: "  the application", cells: []string{"last", "min", "max"}}}
	several := len(r.Global.Counters[metrics.ServerProbeFailures.Name].By) > 1 // each has as many failures as it has, 0 too
	for _, row := range applicationRows {
		name := metricWithEnd(r.Global.Gauges, row.ends)
		byTarget, targets := gaugesByTarget(r.Global.Gauges[name])
		for _, target := range targets {
			title := "    " + row.title
			if several {
				title += ", " + clean(target)
			}
			rows = append(rows, gaugeRow(r.Metric(name), plain, title, byTarget[target]))
		}
	}
	if len(rows) == 1 {
		return nil
	}
	return append([]text{{}}, table(width, rows)...)
}

// metricWithEnd returns the name of a metric of the application with the first of the ends that any has.
func metricWithEnd(gauges map[string]metrics.GaugeBy, ends []string) string {
	for _, end := range ends {
		for _, name := range ordered(gauges, isOfServer) {
			if strings.HasSuffix(name, end) {
				return name
			}
		}
	}
	return ""
}

// gaugesByTarget joins the series of each application.
func gaugesByTarget(g metrics.GaugeBy) (byTarget map[string]metrics.GaugeValue, targets []string) {
	byTarget = make(map[string]metrics.GaugeValue)
	for _, s := range g.Series {
		target := s.Labels.Get(metrics.TargetLabel)
		one, known := byTarget[target]
		if !known {
			one, targets = s.Value, append(targets, target)
		}
		byTarget[target] = metrics.GaugeValue{Last: max(one.Last, s.Value.Last), Min: min(one.Min, s.Value.Min), Max: max(one.Max, s.Value.Max)}
	}
	slices.Sort(targets)
	return byTarget, targets
}

func isOfServer(name string) bool { return strings.HasPrefix(name, metrics.ServerPrefix) }
