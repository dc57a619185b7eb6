package grafana

import (
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"

	"github.com/liveload/liveload/grafana/link"
)

// RunUID is the dashboard that a person opens first.
const RunUID = link.Dashboard

// runBoard says whether a run is well.
func runBoard() *board {
	return &board{
		source: influx, uid: RunUID, title: "Run", description: "Is the run well? How many users, what LiveView feels like, what fails.",
		variables: []variable{runVariable(), scenarioVariable()},
		sections: []section{
			{"Is it well?", wellbeing()},
			{"How many users?", load()},
			{"What does it feel like?", feel()},
			{"What fails?", failures()},
			{"Steps, operations and checks", details()},
			{"Events and other runs", history()},
		},
	}
}

func wellbeing() []panel {
	return []panel{
		figure("Users now", "Users that are active, of all scenarios together.", plain, noLimits(), series("users", "%s", usersNow)),
		figure("Iterations", "Iterations that ended in the time that is shown, whatever their outcome.", plain, noLimits(),
			series("iterations", `SELECT SUM("value") FROM "iterations" WHERE %s`, inTime)).NoValue("0"),
		figure("Failed share", "Share of the iterations that failed or timed out, in the time that is shown.", percent, steps(0.1, 1),
			series("failed", "%s", failedShare)).NoValue("0%"),
		figure("Event, p95", "95 of 100 LiveView events had their reply within this time. "+untilNow, micros, steps(250e3, 1e6),
			series("p95", "%s", lastOverall("run_p95", "liveview_event_duration_us"))),
		figure("Thresholds failed", "Thresholds of the run that were not met at some moment in the time that is shown.", plain, noneAllowed(),
			series("failed", `SELECT COUNT("text") FROM "annotations" WHERE "event" = 'threshold failed' AND %s`, inTime)).NoValue("0"),
		figure("Load generator", "Use of the busiest machine that makes the load, in its worst second. Above 90 % latencies say more about it than about the application.",
			percent, steps(75, 90), series("CPU", `SELECT MAX("max") FROM "generator_cpu_percent" WHERE %s AND $timeFilter`, ofRun)),
	}
}

const (
	usersNow = `SELECT SUM("active") FROM (SELECT LAST("active") AS "active" FROM "users" WHERE ` + inTime +
		` GROUP BY time($__interval), "scenario" fill(none)) WHERE $timeFilter GROUP BY time($__interval) fill(none)`
	failedShare = `SELECT SUM("bad") / SUM("ended") * 100 AS "failed" FROM ` +
		`(SELECT "value" AS "ended" FROM "iterations" WHERE ` + inTime + `), ` +
		`(SELECT "value" AS "bad" FROM "iterations" WHERE "outcome" != 'ok' AND ` + inTime + `)`
)

func load() []panel {
	return []panel{
		users(),
		outcomes(stacked("Iterations by outcome", "Iterations that ended per second.", perSecond, series("$tag_outcome", "%s", rate("iterations", inTime, "outcome")))),
	}
}

// users is a graph of who is there.
func users() panel {
	return stacked("Users", "Users that are active, by scenario.", plain,
		series("$tag_scenario", `SELECT LAST("active") FROM "users" WHERE %s GROUP BY time($__interval), "scenario" fill(previous)`, inTime))
}

// outcomes colours the outcomes of iterations.
func outcomes(p *timeseries.PanelBuilder) *timeseries.PanelBuilder {
	return p.OverrideByName("ok", colour(green)).OverrideByName("failed", colour(red)).OverrideByName("timeout", colour(orange))
}

func feel() []panel {
	return []panel{
		percentiles("LiveView events", "From a pushed event, such as a click, to its reply.", micros, "liveview_event_duration_us"),
		percentiles("Iteration duration", "What a user does from beginning to end.", micros, "iteration_duration_us"),
		slowest("Slowest events", "Events with the largest 95th percentile.", micros, "liveview_event_duration_us", inTime, "scenario", "event", "page"),
		slowest("Slowest joins", "Pages whose LiveViews take longest to join.", micros, "liveview_join_duration_us", inTime, "scenario", "page"),
	}
}

func failures() []panel {
	return []panel{
		failing("Failed iterations by class", "Iterations that failed or timed out per second. Classes are kinds of errors.", perSecond,
			series("$tag_class", "%s", rate("iteration_failures", inTime, "class"))),
		stacked("Errors of pages, sockets and requests", "What went wrong beside iterations, per second.", perSecond,
			series("HTTP without answer", "%s", rate("http_request_failures", inTime)),
			series("HTTP 5xx", "%s", rate("http_requests", `"status" = '5xx' AND `+inTime)),
			series("LiveView errors", "%s", rate("liveview_errors", inTime)),
			series("disconnections", "%s", rate("liveview_disconnections", inTime)),
			series("JavaScript errors", "%s", rate("browser_js_errors", inTime)),
			series("console errors", "%s", rate("browser_console_errors", inTime))).NoValue(nothing).
			OverrideByName("HTTP without answer", colour(darkRed)).OverrideByName("HTTP 5xx", colour(red)).OverrideByName("LiveView errors", colour(orange)).
			OverrideByName("disconnections", colour(yellow)).OverrideByName("JavaScript errors", colour(purple)).OverrideByName("console errors", colour(lightBlue)),
		most("Failed iterations", "Why iterations failed, and how often. The Result and the evidence folder have the messages.", red,
			"failure_causes", inTime, "scenario", "class", "target", "step", "reason"),
		most("JavaScript errors", "Errors that pages threw and did not catch.", red, "browser_js_errors", inTime, "scenario", "message"),
	}
}

func details() []panel {
	return []panel{
		slowest("Slowest steps", "Named steps of the script.", micros, "step_duration_us", inTime, "scenario", "step"),
		slowest("Slowest operations", "What users do, such as click and fill.", micros, "action_duration_us", inTime, "scenario", "operation"),
		list("Checks", "How often each check passed and failed in the time that is shown.", plain, []string{"scenario", "name", "outcome", "count"},
			rows("%s", counts("checks", inTime, "scenario", "name", "outcome"))).Span(full).WithTransformation(sorted("count")).NoValue(nothing).
			OverrideByName("outcome", properties{{Id: "mappings", Value: passOrFail()}, {Id: "custom.cellOptions", Value: colouredText()}}),
	}
}

func history() []panel {
	return []panel{
		list("Events", "What happened to the run: starts, ends, thresholds that failed, changes by liveload control, lost nodes.", plain, []string{"Time", "event", "scenario", "text"},
			rows(`SELECT "event", "scenario", "text" FROM "annotations" WHERE %s AND $timeFilter ORDER BY time DESC LIMIT 100`, ofRun)),
		list("Runs that ended", "The newest first. Click on one to see it.", plain, []string{"Time", "scenario", "text", "run", "began"},
			rows(`SELECT "scenario", "text", "run", "began" FROM "annotations" WHERE "event" = 'end' ORDER BY time DESC LIMIT 50`)).
			OverrideByName("began", hidden()).OverrideByName("run", hidden()).
			OverrideByName("text", properties{{Id: "links", Value: []dataLink{openRun}}}),
	}
}

// openRun goes to a run and to its time.
var openRun = dataLink{
	Title: "See this run",
	URL: "/d/" + RunUID + "?var-datasource=${datasource}&var-run=${__data.fields.run}" +
		"&from=${__data.fields.began.numeric}&to=${__data.fields.Time.numeric}",
}
