package standout

import (
	"fmt"
	"strings"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/plaintext"
	"github.com/liveload/liveload/sinks/readable"
)

const (
	// fewestOfCause failures, and leastOfCause of all, make one cause that explains a run.
	fewestOfCause, leastOfCause = 10, 0.8
)

var causeRule = rule{
	name: "failures-with-one-cause", find: cause, unless: []string{errorsRule.name},
	advice: "The failures of the report have the message, the place in the script and what was kept of this one.",
}

// cause finds a single cause of most failures.
func cause(v *run) []Finding {
	m := metrics.FailureCauses
	all := v.counter(m)
	for _, one := range sets(m, all) {
		share := float64(one.Value) / max(float64(all.Aggregate), 1)
		get := func(label string) string { return plaintext.Line(one.Labels.Get(label)) }
		if one.Value < fewestOfCause || share < leastOfCause || get("class") == metrics.OtherLabel || get("reason") == metrics.OtherLabel {
			continue
		}
		what := get("class")
		if target := get("target"); target != "" {
			what += ", " + target
		}
		if reason := get("reason"); reason != "" && !strings.EqualFold(reason, what) {
			what += ": " + reason
		}
		in := ""
		if step := get("step"); step != "" {
			in = fmt.Sprintf(" in the step %q", step)
		}
		return []Finding{{
			Metric: m.Name, Label: one.Labels.Get("reason"), size: share,
			Sentence: fmt.Sprintf("%s %% of %s have one cause%s: %s.", readable.Number(100*share), plaintext.Plural(all.Aggregate, "failure"), in, metrics.Shorten(what, 200)),
			How:      fmt.Sprintf("Failures counted by class, target, reason and step; one cause is named when it has %.0f %% of at least %d.", 100*leastOfCause, fewestOfCause),
			Numbers:  []Measured{{"failures", float64(one.Value), ""}, {"share", 100 * share, metrics.Percent}},
		}}
	}
	return nil
}
