// Package view makes queries as Grafana sends them, for tests and for pictures.
package view

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// All is the value of a variable of which everything is chosen.
const All = ".*"

// A View is what somebody looks at.
type View struct {
	Variables map[string][]string // the chosen values
	From, To  time.Time
	Interval  time.Duration // of a point of a graph
}

var place = regexp.MustCompile(`\$\{(\w+):(\w+)\}`)

// Interpolate fills in variables, in the formats that Grafana's documentation has, and the macros of its data source for
// InfluxQL.
func (v View) Interpolate(query string) (string, error) {
	var problem error
	text := place.ReplaceAllStringFunc(query, func(found string) string {
		parts := place.FindStringSubmatch(found)
		values, ok := v.Variables[parts[1]]
		if !ok {
			problem = fmt.Errorf("no variable is called %s", parts[1])
			return ""
		}
		written, err := format(values, parts[2])
		if err != nil {
			problem = err
		}
		return written
	})
	text = strings.NewReplacer(
		"$timeFilter", fmt.Sprintf("time >= %dms and time <= %dms", v.From.UnixMilli(), v.To.UnixMilli()),
		"$__interval_ms", fmt.Sprint(v.Interval.Milliseconds()),
		"$__interval", fmt.Sprintf("%ds", int(v.Interval.Seconds())),
	).Replace(text)
	if left := regexp.MustCompile(`\$\w+|\$\{`).FindString(text); left != "" && problem == nil {
		problem = fmt.Errorf("nothing fills in %s", left)
	}
	if problem != nil {
		return "", fmt.Errorf("interpolate %s: %w", query, problem)
	}
	return text, nil
}

var special = regexp.MustCompile(`[\\^$*+?.()|[\]{}/]`)

// format writes the values of a variable. All is written as it is.
func format(values []string, name string) (string, error) {
	if len(values) == 1 && values[0] == All {
		return All, nil
	}
	written := make([]string, len(values))
	for i, value := range values {
		switch name {
		case "singlequote":
			written[i] = "'" + strings.ReplaceAll(value, "'", `\'`) + "'"
		case "regex":
			written[i] = special.ReplaceAllString(value, `\$0`)
		default:
			return "", fmt.Errorf("the format %s is not one that the dashboards use", name)
		}
	}
	if name == "regex" && len(values) > 1 {
		return "(" + strings.Join(written, "|") + ")", nil
	}
	return strings.Join(written, ","), nil
}
