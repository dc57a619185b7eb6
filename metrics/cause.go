package metrics

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/liveload/liveload/excerpt"
)

// A Cause tells failures of one class apart. Its texts are short and have few values, so that they can be counted.
type Cause struct {
	Reason string `json:"reason,omitempty"` // why, without what changes from one failure to the next: "no element matches it"
	Target string `json:"target,omitempty"` // the selector or address of the operation, or the place in the script
	Step   string `json:"step,omitempty"`   // the named step in which it happened
}

// NewCause makes a cause of texts: numbers, keys, quoted texts and addresses that differ from user to user are replaced.
func NewCause(target, step, reason string) Cause {
	reason = quoted.ReplaceAllString(Shorten(excerpt.Of(reason), maxReason), `$1"…"`)
	reason = address.ReplaceAllString(reason, "…")
	return Cause{Reason: shorten(withoutKeys(reason)), Target: shorten(withoutKeys(excerpt.Of(target))), Step: shorten(step)}
}

var (
	// quoted matches texts in quotes, but not the values of attributes in <div class="overlay">.
	quoted = regexp.MustCompile(`(^|[\s(:,])"(?:[^"\\]|\\.)*"`)
	// address matches addresses with a host.
	address = regexp.MustCompile(`\b[a-z]+://[^\s"'<>)]+`)
	// keys match what names one of many things: UUIDs, long tokens in hexadecimal, numbers. A number in a word, as in
	// h1 or utf8, is a part of the name, and so is a status of HTTP, or a place such as shop.js:12:3.
	keys = regexp.MustCompile(`(?i)\bhttp \d{3}\b|\bstatus \d{3}\b|\bnth=\d+|\b[\w./-]+\.[jt]sx?:\d+(?::\d+)?|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b[0-9a-f]{16,}\b|\b\d+(?:[.,]\d+)*|_\d+`)
)

// withoutKeys writes N in place of keys.
func withoutKeys(text string) string {
	return keys.ReplaceAllStringFunc(text, func(key string) string {
		switch {
		case key[0] == '_':
			return "_N"
		case strings.ContainsAny(key, " :=") || !strings.ContainsAny(key, "0123456789"):
			return key
		}
		return "N"
	})
}

// causeLabels are the labels of FailureCauses.
func causeLabels(class string, c Cause) Labels {
	return FailureCauses.With(c.Reason, class, c.Target, c.Step)
}

// CauseLabels are the labels with which FailureCauses counts the failure, whose Class must be set.
func (f *FailureSample) CauseLabels() Labels { return causeLabels(f.Class, f.Cause) }

// A FailureCause is how often something failed for one cause.
type FailureCause struct {
	Class string
	Cause
	Count   int64
	Samples []FailureSample // of this cause, the first ones
}

// FailureCauses returns why something failed, the most frequent cause first. A Result without causes, of an earlier
// version, has one for each class.
func (r *ScenarioResult) FailureCauses() []FailureCause {
	var causes []FailureCause
	for _, one := range r.Counters[FailureCauses.Name].Series {
		of := Cause{Reason: one.Labels.Get("reason"), Target: one.Labels.Get("target"), Step: one.Labels.Get("step")}
		causes = append(causes, FailureCause{Class: one.Labels.Get("class"), Cause: of, Count: one.Value})
	}
	if causes == nil {
		causes = r.failureClasses()
	}
	for i := range causes {
		causes[i].Samples = samplesOf(causes[i], r.FailureSamples)
	}
	slices.SortFunc(causes, func(a, b FailureCause) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), causeLabels(a.Class, a.Cause).Compare(causeLabels(b.Class, b.Cause)))
	})
	return causes
}

// failureClasses counts failed iterations, and users that failed without having one.
func (r *ScenarioResult) failureClasses() []FailureCause {
	counts := maps.Clone(r.Counters[IterationFailures.Name].By)
	for class, n := range r.Counters[ScenarioFailures.Name].By {
		if counts == nil {
			counts = make(map[string]int64)
		}
		counts[class] = max(counts[class], n)
	}
	var causes []FailureCause
	for class, n := range counts {
		causes = append(causes, FailureCause{Class: class, Count: n})
	}
	return causes
}

// samplesOf returns the samples of a cause.
func samplesOf(of FailureCause, kept map[string][]FailureSample) (samples []FailureSample) {
	for _, f := range kept[of.Class] {
		if f.Cause == of.Cause {
			samples = append(samples, f)
		}
	}
	return samples
}

// KeepFailures returns which samples of a class to keep of those in order of importance: the first ten, and the first of
// each further cause.
func KeepFailures(samples []FailureSample) (kept []FailureSample) {
	causes := make(map[Cause]bool)
	for _, f := range samples {
		if len(kept) < MaxFailureSamples || !causes[f.Cause] && len(causes) < MaxLabelSets {
			causes[f.Cause] = true
			kept = append(kept, f)
		}
	}
	return kept
}
