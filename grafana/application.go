package grafana

import "fmt"

// applicationBoard shows the tested application's own numbers, which --probe reads, below what users feel.
func applicationBoard() *board {
	ofTarget := ofRun + " AND " + matches("target", "target") + " AND $timeFilter"
	gauges := func(names string) Query {
		return series("$tag_target $m", `SELECT MAX("max") FROM /^server_(%s)$/ WHERE %s GROUP BY time($__interval), "target" fill(none)`, names, ofTarget)
	}
	counters := func(names string) Query {
		return series("$tag_target $m", `SELECT SUM("value") * 1000 / $__interval_ms FROM /^server_(%s)$/ WHERE %s GROUP BY time($__interval), "target" fill(0)`, names, ofTarget)
	}
	reported := func(title, description, unit string, q Query) panel {
		return graph(title, description, unit, q).NoValue("not reported").Span(third)
	}
	return &board{
		source: influx, uid: "liveload-application", title: "Application", description: "The tested application's own numbers, as liveload --probe reads them: did the server give out, or the network, or the browser?",
		variables: []variable{
			runVariable(), scenarioVariable(),
			{name: "target", label: "Target", description: "What --probe reads", many: true,
				query: fmt.Sprintf(`SHOW TAG VALUES FROM /^server_/ WITH KEY = "target" WHERE %s AND $timeFilter`, ofRun)},
		},
		sections: []section{
			{"What users feel", []panel{
				users(),
				percentiles("LiveView events", "From a pushed event to its reply, as the browser sees it.", micros, "liveview_event_duration_us"),
			}},
			{"Processors and memory", []panel{
				reported("CPU", "Share of one processor that the application uses: 200 % are two processors.", percent, gauges("process_cpu_percent")),
				reported("Memory", "Resident memory, and what the BEAM, Go and Node.js say of theirs.", inBytes, gauges(applicationMemory)),
				reported("Use of the schedulers", "Of the BEAM, as the application reports it.", plain, gauges(".*scheduler.*utilization.*")),
			}},
			{"Queues", []panel{
				reported("Run queue", "Processes of the BEAM that wait for a scheduler. When it grows, processors are short.", plain, gauges(applicationRunQueue)),
				reported("Waiting for the database", "How long queries waited for a connection and took, as Ecto reports it: the mean of each reading.", micros,
					gauges(".*(repo_query|ecto_).*_us_mean")),
				reported("Processes", "Processes of the BEAM, goroutines, or what Node.js holds open.", plain, gauges(applicationProcesses)),
			}},
			{"Requests as the server sees them", []panel{
				reported("Requests", "Requests that Phoenix, Bandit or Cowboy counted per second.", requests, counters(applicationRequests+"_count")),
				reported("Duration", "How long they took there: the mean of each reading. The rest of what users feel is network and browser.", micros,
					gauges(applicationRequests+"_us_mean")),
				reported("Event loop and garbage", "How late the event loop of Node.js is, and what collecting garbage takes.", micros, gauges("nodejs_eventloop_lag.*_us|(go|nodejs)_gc_duration_us_mean")),
			}},
			{"What could not be read", []panel{
				failing("Failed readings", "Readings of the application's metrics that failed per second, by target.", perSecond,
					series("$tag_target", "%s", rate("server_probe_failures", ofTarget, "target"))).Span(full),
			}},
		},
	}
}

// Parts of regular expressions for the names that applications give to their metrics.
const (
	applicationMemory    = "process_resident_memory_bytes|vm_memory_total|.*_beam_memory_allocated_bytes|erlang_vm_memory_bytes_total|go_memstats_sys_bytes|nodejs_heap_size_total_bytes"
	applicationRunQueue  = "vm_total_run_queue_lengths_.*|.*_beam_stats_run_queue_count|erlang_vm_statistics_run_queues_length.*"
	applicationProcesses = ".*_beam_stats_process_count|vm_system_counts_process_count|erlang_vm_process_count|go_goroutines|nodejs_active_handles_total"
	applicationRequests  = ".*(phoenix|bandit|cowboy).*duration.*"
)
