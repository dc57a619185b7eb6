package grafana

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"

	"github.com/liveload/liveload/grafana/view"
)

// A variable is chosen at the top of a dashboard. Its values come from a query.
type variable struct {
	name, label, description string

	query string
	regex string // with the groups text and value; "" when a value is its own text
	many  bool   // several may be chosen, or all
}

// anything is what All stands for in a regular expression. It also fits where a tag is missing.
const anything = view.All

func (v variable) builder(from source) cog.Builder[dashboard.VariableModel] {
	b := dashboard.NewQueryVariableBuilder(v.name).Label(v.label).Description(v.description).Datasource(from.ref()).
		Query(dashboard.StringOrMap{String: &v.query}).Definition(v.query).
		Regex(v.regex).Refresh(dashboard.VariableRefreshOnTimeRangeChanged).Sort(dashboard.VariableSortDisabled)
	if v.many {
		b.Sort(dashboard.VariableSortAlphabeticalAsc).Multi(true).IncludeAll(true).AllValue(anything).Current(option("All", "$__all"))
	}
	return b
}

func option(text, value string) dashboard.VariableOption {
	return dashboard.VariableOption{Text: dashboard.StringOrArrayOfString{String: &text}, Value: dashboard.StringOrArrayOfString{String: &value}}
}

// choice chooses the data source. The one that Files provision is the first choice for InfluxDB.
func (s source) choice() cog.Builder[dashboard.VariableModel] {
	b := dashboard.NewDatasourceVariableBuilder(s.variable).Label("Data source").Type(s.kind)
	if s == influx {
		b.Current(option("liveload", sourceUID))
	}
	return b
}

// readyRuns are the texts that name runs, newest first. The UUID at their end is the value.
const (
	readyRuns = `SELECT "text" FROM "annotations" WHERE "event" = 'prepared' ORDER BY time DESC LIMIT 500`
	runRegex  = `/^(?<text>.+) (?<value>\S+)$/`
)

func runVariable() variable {
	return variable{name: "run", label: "Run", description: "Newest first: when it started (UTC), and what it ran", query: readyRuns, regex: runRegex}
}

// baselineVariable is the run that another one is compared with: the one before the newest at first.
func baselineVariable() variable {
	return variable{name: "baseline", label: "Baseline", description: "The run to compare with", query: readyRuns + " OFFSET 1", regex: runRegex}
}

func scenarioVariable() variable {
	return tagVariable("scenario", "Scenario", "users", "scenario", ofRun)
}

// tagVariable has the values of a tag in the time that is shown.
func tagVariable(name, label, metric, tag, where string) variable {
	return variable{
		name: name, label: label, many: true,
		query: fmt.Sprintf(`SHOW TAG VALUES FROM "%s" WITH KEY = "%s" WHERE %s AND $timeFilter`, metric, tag, where),
	}
}
