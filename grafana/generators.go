package grafana

// withNodes is what panels say that need --out-nodes.
const withNodes = "only with --out-nodes"

// generatorsBoard shows the machines that make the load.
func generatorsBoard() *board {
	onNode := ofRun + " AND " + matches("node", "node") + " AND $timeFilter"
	return &board{
		source: influx, uid: "liveload-generators", title: "Load generators", description: "The machines that make the load: when they are saturated, latencies say more about them than about the application.",
		variables: []variable{
			runVariable(), scenarioVariable(),
			tagVariable("node", "Node", "generator_cpu_percent", "node", ofRun),
		},
		sections: []section{
			{"Are they saturated?", []panel{
				figure("Busiest CPU", "Worst second of the busiest node. Saturated above 90 %.", percent, steps(75, 90),
					series("CPU", `SELECT MAX("max") FROM "generator_cpu_percent" WHERE %s`, onNode)).Span(quarter),
				figure("Latest timer, p95", "95 of 100 timers of the worst node fired within this delay. Saturated above 100 ms. "+untilNow, micros, steps(50e3, 100e3),
					series("lag", `SELECT MAX("lag") FROM (SELECT LAST("run_p95") AS "lag" FROM "generator_lag_us" WHERE %s GROUP BY "node")`, onNode)).Span(quarter),
				figure("Iterations dropped", "Iterations that were due and never began, in the time that is shown.", plain, noneAllowed(),
					series("dropped", `SELECT SUM("value") FROM "dropped_iterations" WHERE %s`, inTime)).NoValue("0").Span(quarter),
				figure("Crashed browsers", "Browsers and drivers that crashed or hung, in the time that is shown.", plain, noneAllowed(),
					series("crashes", `SELECT SUM("value") FROM "browser_crashes" WHERE %s`, inTime)).NoValue("0").Span(quarter),
			}},
			{"Nodes", []panel{
				graph("CPU", "Share of the machine's processors that is busy, by node. The worst second of each interval.", percent,
					series("$tag_node", "%s", worst("max", "generator_cpu_percent", onNode, "node"))).Max(100).Thresholds(limits(steps(75, 90))).Span(third),
				graph("Memory", "Resident memory of liveload, its drivers and browsers, by node.", inBytes,
					series("$tag_node", "%s", worst("max", "generator_rss_bytes", onNode, "node"))).Span(third),
				graph("Lag", "How late timers fire, by node. The worst second of each interval.", micros,
					series("$tag_node", "%s", worst("max", "generator_lag_us", onNode, "node"))).Span(third),
				list("CPU of the run", "Share of the processors that was busy, by node. "+untilNow, percent, []string{"node", "count", "p50", "p95", "p99", "max"},
					rows("%s", distribution("generator_cpu_percent", onNode, "node"))).WithTransformation(sorted("p95")).OverrideByName("p95", append(bar(blue), wide(150)...)),
				list("Lag of the run", "How late timers fired, by node. "+untilNow, micros, []string{"node", "count", "p50", "p95", "p99", "max"},
					rows("%s", distribution("generator_lag_us", onNode, "node"))).WithTransformation(sorted("p95")).OverrideByName("p95", append(bar(blue), wide(150)...)),
			}},
			{"Who does what?", []panel{
				stacked("Users by node", "Users that are active, by node. Runs with --out-nodes have them.", plain,
					series("$tag_node", `SELECT SUM("active") FROM (SELECT LAST("active") AS "active" FROM "users_by_node" WHERE %s GROUP BY time($__interval), "node", "scenario" fill(none)) `+
						`WHERE $timeFilter GROUP BY time($__interval), "node" fill(none)`, inTime+" AND "+matches("node", "node"))).NoValue(withNodes),
				stacked("Iterations by node", "Iterations that ended per second, by node. Runs with --out-nodes have them.", perSecond,
					series("$tag_node", "%s", rate("iterations_by_node", inTime+" AND "+matches("node", "node"), "node"))).NoValue(withNodes),
			}},
			{"What the load suffers from", []panel{
				failing("Dropped iterations", "Iterations that were due and never began per second, by cause.", perSecond,
					series("$tag_cause", "%s", rate("dropped_iterations", inTime, "cause"))).Span(third),
				failing("Late iterations", "Iterations that began more than 100 ms late per second, by cause.", perSecond,
					series("$tag_cause", "%s", rate("late_iterations", inTime, "cause"))).Span(third),
				failing("Samples not recorded", "Samples that liveload could not record per second, by reason.", perSecond,
					series("$tag_reason", "%s", rate("liveload_samples_dropped", inTime, "reason"))).Span(third),
				slowest("Throttles", "How long throttles let users wait.", micros, "throttle_wait_us", inTime, "scenario", "name"),
				most("Crashes", "Browsers, pages and drivers that crashed, were killed or hung.", red, "browser_crashes", inTime, "scenario", "process", "cause"),
			}},
		},
	}
}
