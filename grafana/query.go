package grafana

import (
	"fmt"
	"strings"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/cog/variants"
	"github.com/grafana/grafana-foundation-sdk/go/common"
)

// A target is a query in the making.
type target = cog.Builder[variants.Dataquery]

// A Query is an InfluxQL query of a panel or an annotation. The SDK has no type for the data source InfluxDB.
type Query struct {
	RefID        string               `json:"refId"`
	Datasource   common.DataSourceRef `json:"datasource"`
	Query        string               `json:"query"`
	RawQuery     bool                 `json:"rawQuery"`
	ResultFormat string               `json:"resultFormat"` // time_series or table
	Alias        string               `json:"alias,omitempty"`

	// Of an annotation: the columns in which its text and tags are.
	FromAnnotations bool   `json:"fromAnnotations,omitempty"`
	TextColumn      string `json:"textColumn,omitempty"`
	TagsColumn      string `json:"tagsColumn,omitempty"`
}

// series is a query whose result has a time. Its lines are named by alias, in which $tag_page is the tag page.
func series(alias, influxQL string, parts ...any) Query {
	return Query{Query: fmt.Sprintf(influxQL, parts...), RawQuery: true, ResultFormat: "time_series", Alias: alias}
}

// rows is a query whose result is a table.
func rows(influxQL string, parts ...any) Query {
	q := series("", influxQL, parts...)
	q.ResultFormat = "table"
	return q
}

// Build implements cog.Builder.
func (q Query) Build() (variants.Dataquery, error) { return q, nil }

// ImplementsDataqueryVariant implements variants.Dataquery.
func (Query) ImplementsDataqueryVariant() {}

// Equals implements variants.Dataquery.
func (q Query) Equals(other variants.Dataquery) bool { return q == other }

// DataqueryType implements variants.Dataquery.
func (Query) DataqueryType() string { return influx.kind }

// Validate implements variants.Dataquery.
func (Query) Validate() error { return nil }

// Conditions of queries. Formats are given in each place, so that nothing depends on how a version of the data source
// writes variables in regular expressions.
const (
	ofRun      = `"run" = ${run:singlequote}`
	ofScenario = ofRun + ` AND "scenario" =~ /^${scenario:regex}$/`
	inTime     = ofScenario + ` AND $timeFilter`
)

// matches is the condition that a tag has one of the values of a variable. Where a tag is missing it is empty, and All
// takes it too.
func matches(tag, variable string) string {
	return fmt.Sprintf(`"%s" =~ /^${%s:regex}$/`, tag, variable)
}

// rate is a counter per second. Seconds in which nothing was counted have no points: they are zero.
func rate(metric, where string, by ...string) string {
	return fmt.Sprintf(`SELECT SUM("value") * 1000 / $__interval_ms FROM "%s" WHERE %s GROUP BY time($__interval)%s fill(0)`, metric, where, also(by))
}

// sumRate is the sum of a histogram's values per second.
func sumRate(metric, where string, by ...string) string {
	return fmt.Sprintf(`SELECT SUM("sum") * 1000 / $__interval_ms FROM "%s" WHERE %s GROUP BY time($__interval)%s fill(0)`, metric, where, also(by))
}

// worst is the largest value of a field, such as the p95 of each second: percentiles are never averaged.
func worst(field, metric, where string, by ...string) string {
	return fmt.Sprintf(`SELECT MAX("%s") FROM "%s" WHERE %s GROUP BY time($__interval)%s fill(none)`, field, metric, where, also(by))
}

// overall is a histogram with all its labels together.
func overall(metric, where string) string {
	return fmt.Sprintf(`"metric" = '%s' AND %s`, metric, where)
}

// worstOverall is the worst second of a field of all labels together, of the slowest scenario.
func worstOverall(field, metric string) string {
	return worst(field, "overall", overall(metric, inTime))
}

// soFarOverall is a field of the run so far of all labels together, a line for each scenario. In a subquery InfluxDB 1.8
// mixes up what fill(previous) adds, so that scenarios cannot be brought together.
func soFarOverall(field, metric string) string {
	return fmt.Sprintf(`SELECT LAST("%s") FROM "overall" WHERE %s GROUP BY time($__interval), "scenario" fill(previous)`, field, overall(metric, inTime))
}

// lastOverall is a field of the run so far of all labels together, of the slowest scenario.
func lastOverall(field, metric string) string {
	return fmt.Sprintf(`SELECT MAX("last") FROM (SELECT LAST("%s") AS "last" FROM "overall" WHERE %s GROUP BY "scenario")`, field, overall(metric, inTime))
}

// distribution is a table of a histogram in the run so far: a row for each set of the tags.
func distribution(metric, where string, by ...string) string {
	return fmt.Sprintf(`SELECT LAST("run_count") AS "count", LAST("run_p50") AS "p50", LAST("run_p95") AS "p95", LAST("run_p99") AS "p99", `+
		`LAST("run_max") AS "max" FROM "%s" WHERE %s GROUP BY %s`, metric, where, tags(by))
}

// counts is a table of a counter in the time that is shown: a row for each set of the tags.
func counts(metric, where string, by ...string) string {
	return fmt.Sprintf(`SELECT SUM("value") AS "count" FROM "%s" WHERE %s GROUP BY %s`, metric, where, tags(by))
}

func also(tagNames []string) string {
	if len(tagNames) == 0 {
		return ""
	}
	return ", " + tags(tagNames)
}

func tags(names []string) string { return `"` + strings.Join(names, `", "`) + `"` }
