package grafana

import (
	"fmt"
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/table"
	"github.com/grafana/grafana-foundation-sdk/go/trend"
)

// ofBaseline replaces the condition that is about the run.
func ofBaseline(influxQL string) string { return strings.ReplaceAll(influxQL, "${run:", "${baseline:") }

// compareBoard lays two runs beside each other. It does not look at the time: both are shown whole.
func compareBoard() *board {
	slower := steps(1.1, 1.25)
	durations := `"metric" =~ /_us$/ AND "metric" != 'scenario_duration_us' AND ` + ofScenario
	return &board{
		source: influx, uid: "liveload-compare", title: "Compare two runs", description: "What has become faster or slower since a baseline. Both runs are shown whole, from their first second.",
		variables: []variable{runVariable(), baselineVariable(), {
			name: "scenario", label: "Scenario", many: true,
			query: `SHOW TAG VALUES FROM "users" WITH KEY = "scenario" WHERE ` + ofRun,
		}},
		sections: []section{
			{"What has changed?", []panel{
				compared("Durations, p95", "95th percentiles of the two runs, and what the run has of the baseline: 100 % is as before, more is slower.", micros, "p95", slower,
					`SELECT LAST("run_p95") AS "%s" FROM "overall" WHERE `+durations+` GROUP BY "scenario", "metric"`, "scenario", "metric"),
				compared("Iterations", "How many iterations ended, by outcome.", plain, "count", noLimits(),
					`SELECT SUM("value") AS "%s" FROM "iterations" WHERE `+ofScenario+` GROUP BY "scenario", "outcome"`, "scenario", "outcome"),
				compared("Events, p95", "From a pushed event to its reply, by name and page.", micros, "p95", slower,
					`SELECT LAST("run_p95") AS "%s" FROM "liveview_event_duration_us" WHERE `+ofScenario+` GROUP BY "scenario", "event", "page"`, "scenario", "event", "page"),
				compared("Failures", "How often iterations failed, by class.", plain, "count", slower,
					`SELECT SUM("value") AS "%s" FROM "iteration_failures" WHERE `+ofScenario+` GROUP BY "scenario", "class"`, "scenario", "class"),
			}},
			{"Over the seconds of the runs", []panel{
				laid("Users", "Users that are active, of the chosen scenarios together.", plain, "sum", `SELECT "second", "active" AS "%s" FROM "users" WHERE `+ofScenario),
				laid("Iterations per second", "Iterations that end per second, of the chosen scenarios together.", perSecond, "sum",
					`SELECT "second", "count" AS "%s" FROM "overall" WHERE `+overall("iteration_duration_us", ofScenario)),
				laid("LiveView events, p95", "From a pushed event to its reply, second by second, of the slowest scenario.", micros, "max",
					`SELECT "second", "p95" AS "%s" FROM "overall" WHERE `+overall("liveview_event_duration_us", ofScenario)),
				laid("Iterations, p95", "What a user does from beginning to end, second by second, of the slowest scenario.", micros, "max",
					`SELECT "second", "p95" AS "%s" FROM "overall" WHERE `+overall("iteration_duration_us", ofScenario)),
			}},
		},
	}
}

// both asks for the same of the run and of the baseline. The query has a place for the name of the value.
func both(influxQL, run, baseline string) []target {
	return []target{rows("%s", fmt.Sprintf(influxQL, run)), rows("%s", ofBaseline(fmt.Sprintf(influxQL, baseline)))}
}

// compared is a table with a value of both runs, and one divided by the other.
func compared(title, description, unit, value string, steps []dashboard.Threshold, influxQL string, by ...string) *table.PanelBuilder {
	run, baseline, share := value, "baseline", "run / baseline"
	p := list(title, description, unit, append(by, run, baseline, share), both(influxQL, run, baseline)...).NoValue(nothing)
	p.Transformations([]dashboard.DataTransformerConfig{
		without("Time"), merged(), divided(run, baseline, share), sorted(share), organized(append(by, run, baseline, share)),
	})
	return p.OverrideByName(run, wide(100)).OverrideByName(baseline, append(unitOf(unit), wide(100)...)).OverrideByName(share, properties{
		{Id: "custom.width", Value: 120},
		{Id: "unit", Value: percentOne}, {Id: "decimals", Value: 0},
		{Id: "thresholds", Value: dashboard.ThresholdsConfig{Mode: dashboard.ThresholdsModeAbsolute, Steps: steps}},
		{Id: "custom.cellOptions", Value: colouredText()},
	})
}

// laid is a graph of both runs over each other, by the second since each started.
func laid(title, description, unit, how, influxQL string) *trend.PanelBuilder {
	const run, baseline = "run", "baseline"
	p := trend.NewPanelBuilder().Title(title).Description(description).Unit(unit).Height(high).Span(half).
		XField("second").LineWidth(1).FillOpacity(8).
		Legend(common.NewVizLegendOptionsBuilder().DisplayMode(common.LegendDisplayModeList).Placement(common.LegendPlacementBottom).ShowLegend(true).Calcs([]string{}))
	for _, q := range both(influxQL, run, baseline) {
		p.WithTarget(q)
	}
	return p.WithTransformation(bySecond(how, run, baseline)).WithTransformation(joined("second")).
		OverrideByName("second", unitOf("s")).
		OverrideByName(fmt.Sprintf("%s (%s)", run, how), append(colour(blue), named(run))).
		OverrideByName(fmt.Sprintf("%s (%s)", baseline, how), append(colour(grey), named(baseline), dashed))
}
