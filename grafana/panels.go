package grafana

import (
	"github.com/grafana/grafana-foundation-sdk/go/common"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
	"github.com/grafana/grafana-foundation-sdk/go/table"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
	"github.com/grafana/grafana-foundation-sdk/go/units"
)

// Units of panels.
const (
	micros     = units.Microseconds
	inBytes    = units.BytesIEC
	bytesRate  = units.BytesPerSecondIEC
	perSecond  = units.OpsPerSecond
	requests   = units.RequestsPerSecond
	plain      = units.Short
	percent    = units.Percent
	percentOne = units.PercentUnit
)

// Heights of panels in units of the grid, and the width of the grid.
const (
	low, high = 4, 8
	full      = 24
	half      = full / 2
	third     = full / 3
	quarter   = full / 4
	sixth     = full / 6
)

// graph is a panel with lines over time.
func graph(title, description, unit string, queries ...target) *timeseries.PanelBuilder {
	p := timeseries.NewPanelBuilder().Title(title).Description(description).Unit(unit).
		Interval("1s").Height(high).Span(half).Min(0).
		ColorScheme(dashboard.NewFieldColorBuilder().Mode(dashboard.FieldColorModeIdPaletteClassic)).
		LineWidth(1).FillOpacity(8).ShowPoints(common.VisibilityModeAuto).PointSize(3).
		Tooltip(common.NewVizTooltipOptionsBuilder().Mode(common.TooltipDisplayModeMulti).Sort(common.SortOrderDescending)).
		Legend(common.NewVizLegendOptionsBuilder().DisplayMode(common.LegendDisplayModeList).Placement(common.LegendPlacementBottom).ShowLegend(true).Calcs([]string{}))
	for _, q := range queries {
		p.WithTarget(q)
	}
	return p
}

// stacked is a graph whose lines add up.
func stacked(title, description, unit string, queries ...target) *timeseries.PanelBuilder {
	return graph(title, description, unit, queries...).FillOpacity(40).
		Stacking(common.NewStackingConfigBuilder().Mode(common.StackingModeNormal))
}

// percentiles is a graph of a histogram with all labels together: half of all, 95 and 99 of a hundred.
func percentiles(title, description, unit, metric string) *timeseries.PanelBuilder {
	return graph(title, description+" "+worstSecond, unit,
		series("p99", "%s", worstOverall("p99", metric)),
		series("p95", "%s", worstOverall("p95", metric)),
		series("p50", "%s", worstOverall("p50", metric)),
		series(ofTheRun+"$tag_scenario", "%s", soFarOverall("run_p95", metric)),
	).FillOpacity(0).
		OverrideByName("p50", colour(green)).OverrideByName("p95", colour(blue)).OverrideByName("p99", colour(purple)).
		OverrideByRegexp("/^"+ofTheRun+"/", properties{dashed})
}

const ofTheRun = "p95 of the run: "

const (
	worstSecond = "Each point is the worst second of its interval, and of the slowest scenario: percentiles are never averaged."
	untilNow    = "Of the run from its start to the right end of the time that is shown, so that it is no average of seconds."
)

// figure is a panel with one number. Its colour says whether it is good.
func figure(title, description, unit string, steps []dashboard.Threshold, queries ...target) *stat.PanelBuilder {
	p := stat.NewPanelBuilder().Title(title).Description(description).Unit(unit).
		Interval("1s").Height(low).Span(sixth).
		ReduceOptions(common.NewReduceDataOptionsBuilder().Calcs([]string{"lastNotNull"})).
		Orientation(common.VizOrientationAuto).ColorMode(common.BigValueColorModeValue).GraphMode(common.BigValueGraphModeArea).TextMode(common.BigValueTextModeValue).
		ColorScheme(dashboard.NewFieldColorBuilder().Mode(dashboard.FieldColorModeIdThresholds)).
		Thresholds(limits(steps)).NoValue("–")
	for _, q := range queries {
		p.WithTarget(q)
	}
	return p
}

// list is a panel with a table whose columns are in the order of their names. All numbers but counts have the unit.
func list(title, description, unit string, columns []string, queries ...target) *table.PanelBuilder {
	p := table.NewPanelBuilder().Title(title).Description(description).Unit(unit).
		Height(high).Span(half).Min(0).MinWidth(60).ShowHeader(true).CellHeight(common.TableCellHeightSm)
	for _, q := range queries {
		p.WithTarget(q)
	}
	for _, name := range []string{"count", "p50", "p99", "max"} {
		p.OverrideByName(name, wide(80))
	}
	return p.WithTransformation(organized(columns)).OverrideByName("count", unitOf(plain)).
		OverrideByName("Time", wide(160)).OverrideByName("scenario", wide(100))
}

// slowest is a table of the sets of tags with the largest p95 in the run so far.
func slowest(title, description, unit, metric, where string, by ...string) *table.PanelBuilder {
	columns := append(by, "count", "p50", "p95", "max")
	return list(title, description+" "+untilNow, unit, columns, rows("%s", distribution(metric, where, by...))).
		WithTransformation(sorted("p95")).WithTransformation(limited(mostRows)).
		OverrideByName("p95", append(bar(blue), wide(130)...))
}

// most is a table of the sets of tags that were counted most.
func most(title, description, shade, metric, where string, by ...string) *table.PanelBuilder {
	return list(title, description, plain, append(by, "count"), rows("%s", counts(metric, where, by...))).
		WithTransformation(sorted("count")).WithTransformation(limited(mostRows)).
		OverrideByName("count", append(bar(shade), wide(150)...)).NoValue(nothing)
}

// failing is a graph of what should not happen: everything in it is red.
func failing(title, description, unit string, queries ...target) *timeseries.PanelBuilder {
	return stacked(title, description, unit, queries...).NoValue(nothing).
		ColorScheme(dashboard.NewFieldColorBuilder().Mode(dashboard.FieldColorModeIdShades).FixedColor(red))
}

// nothing is what a panel says when what it counts did not happen.
const nothing = "none"

// mostRows is how many rows a table of the worst has.
const mostRows = 20
