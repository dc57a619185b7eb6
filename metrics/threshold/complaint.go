package threshold

import "github.com/liveload/liveload/metrics"

// beyond describes a value that fails a comparison.
var beyond = map[string]string{"<": "over", "<=": "over", ">": "under", ">=": "under", "==": "not", "!=": "exactly"}

// Complaint describes a threshold that was not met: "p(95) of action_duration_us was 412 ms, over 250 ms".
func Complaint(o metrics.ThresholdOutcome) string {
	e, err := parseExpression(o.Expression)
	if err != nil {
		return o.Metric + ": " + o.Expression + ": " + Describe(o)
	}
	what := e.aggregation
	if what == percentile {
		what += "(" + digits(e.percentile, 15) + ")"
	}
	what += " of " + o.Metric
	if o.Value == nil {
		return what + " was never measured"
	}
	d := e.dimensionFor(o.Metric)
	limit := e.number
	if u, ok := unitOf(e.unit, d); ok {
		limit = u.value(limit)
	}
	where := beyond[e.operator]
	if *o.Value == limit && (where == "over" || where == "under") {
		where = "not " + map[string]string{"over": "under", "under": "over"}[where]
	}
	return what + " was " + Describe(o) + ", " + where + " " + show(limit, d, 3)
}
