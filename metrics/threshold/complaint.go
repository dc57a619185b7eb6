package threshold

import (
	"slices"

	"github.com/liveload/liveload/metrics"
)

// beyond describes a value that fails a comparison.
var beyond = map[string]string{"<": "over", "<=": "over", ">": "under", ">=": "under", "==": "not", "!=": "exactly"}

// Complaint describes a threshold that was not met: "p(95) of action_duration_us was 412 ms, over 250 ms".
func Complaint(o metrics.ThresholdOutcome) string {
	e, d, limit := read(o)
	what := e.aggregation
	if what == percentile {
		what += "(" + digits(e.percentile, 15) + ")"
	}
	what += " of " + o.Metric
	if o.Value == nil {
		return what + " was never measured"
	}
	where := beyond[e.operator]
	if *o.Value == limit && (where == "over" || where == "under") {
		where = "not " + map[string]string{"over": "under", "under": "over"}[where]
	}
	return what + " was " + Describe(o) + ", " + where + " " + showIn(o.Unit, limit, d, 3)
}

// Describe formats what a threshold measured, in the dimension of its limit: "312 ms", "4.2 %".
func Describe(o metrics.ThresholdOutcome) string {
	if o.NotJudged != "" {
		return "not judged: " + o.NotJudged
	}
	if o.Value == nil {
		return "never measured"
	}
	_, d, limit := read(o)
	text := showIn(o.Unit, *o.Value, d, 3)
	// A value beyond the limit must not look like it.
	for precision := 4; precision < 16 && *o.Value != limit && text == showIn(o.Unit, limit, d, precision-1); precision++ {
		text = showIn(o.Unit, *o.Value, d, precision)
	}
	return text
}

// read parses the expression of an outcome, which was compiled before. The dimension is that of the limit's unit, or
// else of the metric's.
func read(o metrics.ThresholdOutcome) (e expression, d dimension, limit float64) {
	e, err := parseExpression(o.Expression)
	if err != nil {
		return expression{}, plain, 0
	}
	switch {
	case e.unit == "%" && e.aggregation == "rate":
		d = share
	case e.unit != "":
		d = units[slices.IndexFunc(units, func(u unit) bool { return u.name == e.unit })].of
	default:
		d = dimensionOf(o.Unit)
	}
	limit = e.number
	if u, ok := unitOf(e.unit, d); ok {
		limit = u.value(limit)
	}
	return e, d, limit
}

// Human formats a value in a unit of metrics: "312 ms".
func Human(unit string, value float64) string { return showIn(unit, value, dimensionOf(unit), 3) }

// showIn is show, with the unit when the dimension has none of its own: "5 parcels".
func showIn(unit string, v float64, d dimension, precision int) string {
	text := show(v, d, precision)
	if d == plain && unit != metrics.Events && unit != metrics.Ratio && unit != "" {
		text += " " + unit
	}
	return text
}
