package grafana

import (
	"fmt"
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/grafana/grafana-foundation-sdk/go/table"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
)

// Conditions and windows of queries. Prometheus gets totals of the run so far, which end with the run: what is asked for
// the whole time that is shown looks back.
const (
	promRun      = `run="$run"`
	promScenario = promRun + `, scenario=~"$scenario"`
	promShown    = "[$__range]"
	promRate     = "[$__rate_interval]"
)

// promBoard says whether a run is well, from what --out prometheus or prometheus-rw gave to a Prometheus.
func promBoard() *board {
	return &board{
		source: prom, uid: "liveload-prometheus", title: "Run (Prometheus)",
		description: "Is the run well? From a Prometheus with native histograms that has what --out prometheus or prometheus-rw sends.",
		variables: []variable{
			{name: "run", label: "Run", description: "Runs in the time that is shown", query: `label_values(liveload_users_active, run)`},
			{name: "scenario", label: "Scenario", many: true, query: `label_values(liveload_users_active{` + promRun + `}, scenario)`},
		},
		sections: []section{
			{"Is it well?", promWellbeing()},
			{"How many users?", []panel{
				stacked("Users", "Users that are active, by scenario.", plain, instants("{{scenario}}", `sum by (scenario) (liveload_users_active{%s})`, promScenario)),
				outcomes(stacked("Iterations by outcome", "Iterations that ended per second.", perSecond, rates("outcome", "iterations_total", promScenario))),
			}},
			{"What does it feel like?", []panel{
				promPercentiles("LiveView events", "From a pushed event, such as a click, to its reply.", "liveview_event_duration_us"),
				promPercentiles("Iteration duration", "What a user does from beginning to end.", "iteration_duration_us"),
				promSlowest("Slowest events", "Events with the largest 95th percentile in the run.", "liveview_event_duration_us", "scenario", "event", "page"),
				promSlowest("Slowest joins", "Pages whose LiveViews take longest to join.", "liveview_join_duration_us", "scenario", "page"),
			}},
			{"What fails?", []panel{
				failing("Failed iterations by class", "Iterations that failed or timed out per second.", perSecond, rates("class", "iteration_failures_total", promScenario)).Span(third),
				failing("Requests without an answer", "Requests that failed per second, by reason.", requests, rates("reason", "http_request_failures_total", promScenario)).Span(third),
				failing("Disconnections", "LiveView connections that were lost per second, by page.", perSecond, rates("page", "liveview_disconnections_total", promScenario)).Span(third),
			}},
			{"Requests", []panel{
				statuses(stacked("Requests by status", "Requests that ended per second.", requests, rates("status", "http_requests_total", promScenario))),
				promSlowest("Slowest requests", "Documents, fetch, XHR and liveload/http with the largest 95th percentile in the run.", "http_request_duration_us", "type", "host", "path", "code"),
			}},
			{"Machines", []panel{
				graph("CPU of load generators", "The busiest moment since the start of the run, by node.", percent,
					instants("{{node}}", `max by (node) (liveload_generator_cpu_percent_quantile{%s, quantile="1"})`, promRun)).Span(third),
				graph("CPU of the application", "Share of one processor, as --probe reads it.", percent, instants("{{target}}", `liveload_server_process_cpu_percent{%s}`, promRun)).Span(third),
				graph("Memory of the application", "As --probe reads it.", inBytes, instants("{{target}}", `liveload_server_process_resident_memory_bytes{%s}`, promRun)).Span(third),
			}},
		},
	}
}

func promWellbeing() []panel {
	share := fmt.Sprintf(`100 * sum(last_over_time(liveload_iterations_total{%[1]s, outcome!="ok"}%[2]s)) / sum(last_over_time(liveload_iterations_total{%[1]s}%[2]s))`, promScenario, promShown)
	return []panel{
		figure("Users now", "Users that are active, of all scenarios together.", plain, noLimits(), instants("users", `sum(liveload_users_active{%s})`, promScenario)),
		figure("Iterations", "Iterations of the run that ended, whatever their outcome.", plain, noLimits(),
			latest(`sum(last_over_time(liveload_iterations_total{%s}%s))`, promScenario, promShown)),
		figure("Failed share", "Share of the iterations of the run that failed or timed out.", percent, steps(0.1, 1), latest("%s", share)).NoValue("0%"),
		figure("Event, p95", "95 of 100 LiveView events had their reply within this time, of all scenarios together, in the time that is shown.", micros, steps(250e3, 1e6),
			latest(`histogram_quantile(0.95, sum(increase(liveload_liveview_event_duration_us{%s}%s)))`, promScenario, promShown)),
		figure("Iteration, p95", "95 of 100 iterations took no longer, in the time that is shown.", micros, noLimits(),
			latest(`histogram_quantile(0.95, sum(increase(liveload_iteration_duration_us{%s}%s)))`, promScenario, promShown)),
		figure("Load generator", "Use of the busiest machine that makes the load, in its worst second.", percent, steps(75, 90),
			latest(`max(last_over_time(liveload_generator_cpu_percent_quantile{%s, quantile="1"}%s))`, promRun, promShown)),
	}
}

// instants is a query over time. Its lines are named by legend, in which {{page}} is the label page.
func instants(legend, promQL string, parts ...any) target {
	return prometheus.NewDataqueryBuilder().Expr(fmt.Sprintf(promQL, parts...)).LegendFormat(legend).Range()
}

// latest is a query at the right end of the time that is shown.
func latest(promQL string, parts ...any) *prometheus.DataqueryBuilder {
	return prometheus.NewDataqueryBuilder().Expr(fmt.Sprintf(promQL, parts...)).Instant()
}

// rates is a counter per second, a line for each value of a label.
func rates(label, metric, where string) target {
	return instants("{{"+label+"}}", `sum by (%s) (rate(liveload_%s{%s}%s))`, label, metric, where, promRate)
}

// promPercentiles is a graph of a histogram with all labels and scenarios together.
func promPercentiles(title, description, metric string) *timeseries.PanelBuilder {
	of := func(quantile string) target {
		return instants("p"+quantile[2:], `histogram_quantile(%s, sum(rate(liveload_%s{%s}%s)))`, quantile, metric, promScenario, promRate)
	}
	return graph(title, description+" Of the seconds around each point.", micros, of("0.99"), of("0.95"), of("0.50")).FillOpacity(0).
		OverrideByName("p50", colour(green)).OverrideByName("p95", colour(blue)).OverrideByName("p99", colour(purple))
}

// promSlowest is a table of the sets of labels with the largest p95 in the run so far.
func promSlowest(title, description, metric string, by ...string) *table.PanelBuilder {
	query := latest(`topk(%d, max by (%s) (last_over_time(liveload_%s_quantile{%s, quantile="0.95"}%s)))`, mostRows, strings.Join(by, ", "), metric, promScenario, promShown).
		Format(prometheus.PromQueryFormatTable)
	return list(title, description, micros, append(by, "Value"), query).WithTransformation(sorted("Value")).
		OverrideByName("Value", append(bar(blue), named("p95")))
}
