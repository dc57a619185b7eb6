package grafana

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"
)

// A view is what somebody looks at: values of the variables, a time, and how long a point of a graph is.
type view struct {
	variables map[string][]string // anything alone is All
	from, to  time.Time
	interval  time.Duration
}

var place = regexp.MustCompile(`\$\{(\w+)(?::(\w+))?\}`)

// interpolate makes a query as Grafana sends it: variables in the formats that its documentation has, and the macros of
// its data source for InfluxQL.
func (v view) interpolate(t *testing.T, query string) string {
	t.Helper()
	text := place.ReplaceAllStringFunc(query, func(found string) string {
		parts := place.FindStringSubmatch(found)
		values, ok := v.variables[parts[1]]
		if !ok {
			t.Errorf("%s: no variable is called %s", query, parts[1])
		}
		return format(t, values, parts[2])
	})
	text = strings.NewReplacer(
		"$timeFilter", fmt.Sprintf("time >= %dms and time <= %dms", v.from.UnixMilli(), v.to.UnixMilli()),
		"$__interval_ms", fmt.Sprint(v.interval.Milliseconds()),
		"$__interval", fmt.Sprintf("%ds", int(v.interval.Seconds())),
	).Replace(text)
	if strings.Contains(text, "$") && !strings.Contains(text, "$/") {
		t.Errorf("%s: something is left to interpolate", text)
	}
	return text
}

// format writes the values of a variable. The value of All is written as it is.
func format(t *testing.T, values []string, name string) string {
	t.Helper()
	if len(values) == 1 && values[0] == anything {
		return anything
	}
	written := make([]string, len(values))
	for i, value := range values {
		switch name {
		case "singlequote":
			written[i] = "'" + strings.ReplaceAll(value, "'", `\'`) + "'"
		case "regex":
			written[i] = regexp.MustCompile(`[\\^$*+?.()|[\]{}/]`).ReplaceAllString(value, `\$0`)
		default:
			t.Errorf("the format %q is not one that the dashboards use", name)
		}
	}
	if name == "regex" && len(values) > 1 {
		return "(" + strings.Join(written, "|") + ")"
	}
	return strings.Join(written, ",")
}
