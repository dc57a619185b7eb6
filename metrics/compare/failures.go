package compare

import (
	"cmp"
	"slices"
	"strings"

	"github.com/liveload/liveload/metrics"
)

// A Failure is what went wrong in one of the runs only, however few times.
type Failure struct {
	Kind  string `json:"kind"` // what failed: iteration, request, check
	Text  string `json:"text"`
	Count int64  `json:"count"`
}

// Kinds of failures.
const (
	FailedIteration = "iteration"
	FailedRequest   = "request"
	FailedCheck     = "check"
)

// failuresOnlyIn returns what failed in one run and not in the other, by kind, the most frequent first.
func failuresOnlyIn(r, other *metrics.Result) (all []Failure) {
	causes := hasCauses(r) && hasCauses(other)
	known, found := failuresOf(other, causes), failuresOf(r, causes)
	for what, n := range found {
		if _, both := known[what]; !both {
			all = append(all, Failure{what.kind, what.text, n})
		}
	}
	kinds := []string{FailedIteration, FailedRequest, FailedCheck}
	slices.SortFunc(all, func(a, b Failure) int {
		return cmp.Or(cmp.Compare(slices.Index(kinds, a.Kind), slices.Index(kinds, b.Kind)), cmp.Compare(b.Count, a.Count), strings.Compare(a.Text, b.Text))
	})
	return all
}

type failed struct{ kind, text string }

// failuresOf counts what went wrong in a run: by cause, or only by class.
func failuresOf(r *metrics.Result, causes bool) map[failed]int64 {
	counts := make(map[failed]int64)
	for _, c := range r.Global.FailureCauses() {
		text := c.Class
		if causes {
			text = describe(c)
		}
		counts[failed{FailedIteration, text}] += c.Count
	}
	for _, f := range r.FailedRequests() {
		counts[failed{FailedRequest, strings.TrimSpace(f.What + " " + f.Where)}] += f.Count
	}
	for _, f := range r.FailedChecks() {
		counts[failed{FailedCheck, f.Name}] += f.Count
	}
	return counts
}

// hasCauses says whether the causes of all failures are known. A run without a failure knows them.
func hasCauses(r *metrics.Result) bool {
	g := r.Global
	return g.Counters[metrics.FailureCauses.Name].Series != nil || g.Counters[metrics.IterationFailures.Name].Aggregate == 0
}

// describe is a cause in a line: "click timeout: no element matches it: #buy in checkout".
func describe(c metrics.FailureCause) string {
	text := c.Class
	for _, more := range []string{c.Reason, c.Target} {
		if more != "" {
			text += ": " + more
		}
	}
	if c.Step != "" {
		text += " in " + c.Step
	}
	return text
}

// A Threshold is one of which the runs differ.
type Threshold struct {
	Metric     string `json:"metric"`
	Expression string `json:"expression"`
	// Old and New are nil in a run that did not have it.
	Old *metrics.ThresholdOutcome `json:"old"`
	New *metrics.ThresholdOutcome `json:"new"`
}

// Lost says whether it was met before, or not asked, and is not met any more.
func (t Threshold) Lost() bool { return t.New != nil && !t.New.OK && (t.Old == nil || t.Old.OK) }

// Gained says whether it is met, and was not before.
func (t Threshold) Gained() bool { return t.New != nil && t.New.OK && t.Old != nil && !t.Old.OK }

// thresholds returns those of both runs, in the order of the new run.
func thresholds(a, b *metrics.Result) (all []Threshold) {
	find := func(in []metrics.ThresholdOutcome, t metrics.ThresholdOutcome) *metrics.ThresholdOutcome {
		for i := range in {
			if in[i].Metric == t.Metric && in[i].Expression == t.Expression {
				return &in[i]
			}
		}
		return nil
	}
	for i := range b.Thresholds {
		t := &b.Thresholds[i]
		all = append(all, Threshold{t.Metric, t.Expression, find(a.Thresholds, *t), t})
	}
	for i := range a.Thresholds {
		if t := &a.Thresholds[i]; find(b.Thresholds, *t) == nil {
			all = append(all, Threshold{t.Metric, t.Expression, t, nil})
		}
	}
	return all
}

// A Measured is what one of the runs has measured, and the other has not.
type Measured struct {
	Metric string `json:"metric"`
	Label  string `json:"label,omitempty"` // value of its first label; "" when the other run lacks the whole metric
	Count  int64  `json:"count"`
}

// measuredOnlyIn returns the distributions, and labels of them, that the other run does not have.
func measuredOnlyIn(r, other *metrics.Result) (all []Measured) {
	for name, h := range r.Global.Histograms {
		theirs, both := other.Global.Histograms[name]
		switch m := r.Metric(name); {
		case m.OfGenerator():
		case !both:
			all = append(all, Measured{Metric: name, Count: h.Aggregate.Count})
		default:
			for label, values := range h.By {
				if _, both := theirs.By[label]; !both && label != metrics.OtherLabel {
					all = append(all, Measured{name, label, values.Count})
				}
			}
		}
	}
	slices.SortFunc(all, func(a, b Measured) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Metric, b.Metric), strings.Compare(a.Label, b.Label))
	})
	return all
}
