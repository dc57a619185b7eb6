// Package threshold owns expectations about metrics, such as "p(95)<250ms" of liveview_event_duration_us:
// how they are written, what they mean, and whether they hold while a run goes on. The numbers come from
// a metrics.State. What happens to a run that breaks its thresholds is decided elsewhere.
package threshold

import (
	"time"

	"github.com/liveload/liveload/metrics"
)

// A Spec is a threshold as people write it. It is plain data.
type Spec struct {
	Metric      string        `json:"metric"`     // with labels, if any: checks{name:cart}
	Expression  string        `json:"expression"` // rate>0.99
	AbortOnFail bool          `json:"abort_on_fail,omitempty"`
	Delay       time.Duration `json:"delay,omitempty"`    // nanoseconds; AbortOnFail waits for this much of the run
	Optional    bool          `json:"optional,omitempty"` // holds also when nothing was measured
}

// A Threshold is a compiled Spec. It never changes.
type Threshold struct {
	Spec
	metric *metrics.Metric
	where  selector
	what   expression
	limit  float64 // in the units of the values that are compared with it
	share  bool    // whether the rate is a share instead of a number per second
}

// Compile parses and checks a threshold. Its error is a *Error.
func Compile(s Spec, known *metrics.Registry) (*Threshold, error) {
	where, err := parseSelector(s.Metric)
	if err != nil {
		return nil, s.refuse(s.Metric, err)
	}
	what, err := parseExpression(s.Expression)
	if err != nil {
		return nil, s.refuse(s.Expression, err)
	}
	t := &Threshold{Spec: s, where: where, what: what}
	if t.metric, err = findMetric(where, what, known); err != nil {
		return nil, s.refuse(s.Metric, err)
	}
	t.where.rename(t.metric)
	if err := checkLabels(t.metric, t.where, known); err != nil {
		return nil, s.refuse(s.Metric, err)
	}
	if err := checkAggregation(t.metric, what); err != nil {
		return nil, s.refuse(s.Expression, err)
	}
	if err := t.setLimit(); err != nil {
		return nil, s.refuse(s.Expression, err)
	}
	return t, nil
}

// CompileAll compiles the thresholds that apply to a scenario. Its error is the first *Error.
func CompileAll(specs []Spec, scenario string, known *metrics.Registry) ([]*Threshold, error) {
	var all []*Threshold
	for _, s := range specs {
		t, err := Compile(s, known)
		if err != nil {
			return nil, err
		}
		if only := t.Scenario(); only == "" || only == scenario {
			all = append(all, t)
		}
	}
	return all, nil
}

// Scenario returns the only scenario that the threshold applies to, or "" for all.
func (t *Threshold) Scenario() string { return t.where.value(scenarioKey) }

// unmeasured is the outcome before anything was measured.
func (t *Threshold) unmeasured() metrics.ThresholdOutcome {
	unit := t.metric.Unit
	if t.what.aggregation == "rate" || t.what.aggregation == "count" && t.metric.Kind == metrics.Histogram {
		unit = "" // of how many values there are
	}
	return metrics.ThresholdOutcome{Metric: t.Metric, Expression: t.Expression, Unit: unit, OK: t.Optional}
}

// NotJudged is the outcome of a threshold that nobody can judge.
func NotJudged(s Spec, why string) metrics.ThresholdOutcome {
	return metrics.ThresholdOutcome{Metric: s.Metric, Expression: s.Expression, OK: s.Optional, NotJudged: why}
}

// Holds says whether a value meets the threshold.
func (t *Threshold) Holds(value float64) bool {
	switch t.what.operator {
	case "<":
		return value < t.limit
	case "<=":
		return value <= t.limit
	case ">":
		return value > t.limit
	case ">=":
		return value >= t.limit
	case "==":
		return value == t.limit
	default:
		return value != t.limit
	}
}

// Replaces says whether a threshold overrides one of lower precedence: both are about the same number.
func (t *Threshold) Replaces(below *Threshold) bool {
	return t.where.same(below.where) && t.what.aggregation == below.what.aggregation && t.what.percentile == below.what.percentile
}
