// Package points turns intervals into rows for databases and files: one for each series and second, and
// annotations. How a row is written is up to each output.
package points

import (
	"strconv"
	"time"

	"github.com/liveload/liveload/metrics"
)

// A Point is what was measured of one series in one second and in the run so far, or an annotation. Points with the
// same run, scenario, node, metric, labels and time are one: that of the higher revision replaces the fields that it has.
type Point struct {
	Time     time.Time // beginning of the second, or the moment of an annotation
	Run      string    // a UUID
	Scenario string    // "" for what nodes measure about themselves
	Node     string    // whose part it is, "" for all nodes together
	Metric   string    // of a node's part with metrics.ByNodeSuffix, so that a sum over a metric counts nothing twice
	Kind     string    // histogram, counter, gauge, users, overall or annotation
	Unit     string
	Labels   metrics.Labels
	Revision int     // 1, 2, ...
	Fields   []Field // in the order of FieldNames; a field that does not apply is left out
	Text     string  // of an annotation
}

// A Field is one number of a point.
type Field struct {
	Name  string
	Value float64
}

// Text returns the value as a number that every reader understands, without an exponent.
func (f Field) Text() string { return strconv.FormatFloat(f.Value, 'f', -1, 64) }

// Kinds of points that are no kinds of metrics. The metrics of these points are UsersMetric, OverallMetric and
// AnnotationsMetric.
const (
	KindUsers      = "users"
	KindOverall    = "overall"
	KindAnnotation = "annotation"

	UsersMetric       = "users"
	OverallMetric     = "overall"
	AnnotationsMetric = "annotations"
)

// MetricLabel of an overall point is the histogram whose sets of labels it merges.
const MetricLabel = "metric"

// Labels of an annotation: what kind of event it is, and what it is about (a node, a threshold, what was changed).
const (
	EventLabel = "event"
	AboutLabel = "about"
)

// Events that an annotation tells of.
const (
	EventReady     = "prepared"
	EventStart     = "start"
	EventEnd       = "end"
	EventThreshold = "threshold failed"
	EventChange    = "change"
	EventLost      = "node lost"
)

// FieldNames returns the names of all fields that points can have.
func FieldNames() []string {
	return []string{
		"count", "sum", "min", "max", "mean", "p50", "p90", "p95", "p99",
		"run_count", "run_sum", "run_min", "run_max", "run_mean", "run_p50", "run_p90", "run_p95", "run_p99",
		"value", "total",
		"active", "started", "succeeded", "failed", "run_started", "run_succeeded", "run_failed",
		"second", "began",
	}
}

// distribution returns the fields of a histogram, none when it has no values.
func distribution(prefix string, values metrics.Sketch) []Field {
	if values.Count() == 0 {
		return nil
	}
	count, sum := float64(values.Count()), values.Sum()
	fields := []Field{
		{prefix + "count", count}, {prefix + "sum", sum}, {prefix + "min", values.Min()}, {prefix + "max", values.Max()},
		{prefix + "mean", sum / count},
	}
	for i, value := range values.Quantiles(0.5, 0.9, 0.95, 0.99) {
		fields = append(fields, Field{prefix + [...]string{"p50", "p90", "p95", "p99"}[i], value})
	}
	return fields
}
