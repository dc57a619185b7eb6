package grafana

import "github.com/grafana/grafana-foundation-sdk/go/dashboard"

// Options of Grafana's transformations, for which the SDK has no types.
type (
	organizeOptions struct {
		ExcludeByName map[string]bool   `json:"excludeByName"`
		IndexByName   map[string]int    `json:"indexByName"`
		RenameByName  map[string]string `json:"renameByName"`
	}
	sortOptions struct {
		Fields struct{}   `json:"fields"`
		Sort   []sortRule `json:"sort"`
	}
	sortRule struct {
		Field string `json:"field"`
		Desc  bool   `json:"desc"`
	}
	limitOptions struct {
		LimitField int `json:"limitField"`
	}
	filterOptions struct {
		Exclude filterNames `json:"exclude"`
	}
	filterNames struct {
		Names []string `json:"names"`
	}
	mergeOptions  struct{}
	binaryOptions struct {
		Mode          string `json:"mode"`
		Alias         string `json:"alias"`
		Binary        binary `json:"binary"`
		ReplaceFields bool   `json:"replaceFields"`
	}
	binary struct {
		Left     string `json:"left"`
		Operator string `json:"operator"`
		Right    string `json:"right"`
	}
	groupOptions struct {
		Fields map[string]groupRule `json:"fields"`
	}
	groupRule struct {
		Aggregations []string `json:"aggregations"`
		Operation    string   `json:"operation"`
	}
	joinOptions struct {
		ByField string `json:"byField"`
		Mode    string `json:"mode"`
	}
)

func transformation(id string, options any) dashboard.DataTransformerConfig {
	return dashboard.DataTransformerConfig{Id: id, Options: options}
}

// organized puts columns in order, and leaves out those that a table does not name: the time, which is that of nothing
// when numbers are of a whole run, and percentiles for which there is no room.
func organized(columns []string) dashboard.DataTransformerConfig {
	index, excluded := make(map[string]int), make(map[string]bool)
	for i, name := range columns {
		index[name] = i
	}
	for _, name := range []string{"Time", "p99"} {
		_, named := index[name]
		excluded[name] = !named
	}
	return transformation("organize", organizeOptions{excluded, index, map[string]string{}})
}

// sorted puts the largest values of a column first.
func sorted(column string) dashboard.DataTransformerConfig {
	return transformation("sortBy", sortOptions{Sort: []sortRule{{column, true}}})
}

// limited keeps the first rows.
func limited(rows int) dashboard.DataTransformerConfig {
	return transformation("limit", limitOptions{rows})
}

// without leaves out columns.
func without(columns ...string) dashboard.DataTransformerConfig {
	return transformation("filterFieldsByName", filterOptions{filterNames{columns}})
}

// merged makes one table of several: rows that agree in all columns which they share are one.
func merged() dashboard.DataTransformerConfig { return transformation("merge", mergeOptions{}) }

// divided adds a column: left divided by right.
func divided(left, right, name string) dashboard.DataTransformerConfig {
	return transformation("calculateField", binaryOptions{Mode: "binary", Alias: name, Binary: binary{left, "/", right}})
}

// bySecond makes one row of those of a second: columns are added up, or the largest is taken.
func bySecond(how string, columns ...string) dashboard.DataTransformerConfig {
	fields := map[string]groupRule{"second": {[]string{}, "groupby"}}
	for _, name := range columns {
		fields[name] = groupRule{[]string{how}, "aggregate"}
	}
	return transformation("groupBy", groupOptions{fields})
}

// joined lays tables side by side.
func joined(column string) dashboard.DataTransformerConfig {
	return transformation("joinByField", joinOptions{column, "outer"})
}
