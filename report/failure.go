package report

import (
	"cmp"
	"slices"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/plaintext"
)

// What a report has of failures: a script can throw a lot, in many ways. The Result has all that was kept.
const (
	mostSamples      = 300 // of a scenario
	mostNodeSamples  = 30  // of a node
	mostMessageBytes = 4000
	mostStackLines   = 30
	mostStackBytes   = 300 // of a line
)

// bounded returns so many of the samples of all failures: those with evidence first, and one of each failure before any has a
// second.
func bounded(all [][]metrics.FailureSample, most int) [][]Sample {
	kept := make([]int, len(all))
	for turn, more := 0, true; more && most > 0; turn++ {
		more = false
		for i := range all {
			if turn < len(all[i]) && most > 0 {
				kept[i], most, more = turn+1, most-1, true
			}
		}
	}
	samples := make([][]Sample, len(all))
	for i := range all {
		sorted := slices.Clone(all[i])
		slices.SortStableFunc(sorted, func(a, b metrics.FailureSample) int { return cmp.Compare(weight(b.Evidence), weight(a.Evidence)) })
		for k := range kept[i] {
			samples[i] = append(samples[i], sample(&sorted[k]))
		}
	}
	return samples
}

// weight is how much there is to see of a failure.
func weight(kept metrics.Evidence) int {
	switch {
	case kept.Screenshot != "":
		return 2
	case !kept.None():
		return 1
	}
	return 0
}

// failures are the causes, the most frequent first.
func failures(g *metrics.ScenarioResult) []Failure {
	var all []Failure
	var samples [][]metrics.FailureSample
	for _, c := range g.FailureCauses() {
		all = append(all, Failure{Class: c.Class, Reason: c.Reason, Target: c.Target, Step: c.Step, Count: c.Count})
		samples = append(samples, c.Samples)
	}
	for i, kept := range bounded(samples, mostSamples) {
		all[i].Samples = kept
	}
	return all
}

func sample(f *metrics.FailureSample) Sample {
	s := Sample{AtMS: atMS(f), User: f.UserID, Message: short(f.ReasonInspect, mostMessageBytes), Evidence: evidenceOf(f.Evidence)}
	for _, line := range f.Stacktrace[:min(len(f.Stacktrace), mostStackLines)] {
		s.Stack = append(s.Stack, short(line, mostStackBytes))
	}
	return s
}

// short is one line of a text. What is far too long is cut before it is looked at.
func short(text string, most int) string {
	return metrics.Shorten(plaintext.Line(metrics.Shorten(text, 2*most)), most)
}

func atMS(f *metrics.FailureSample) int64 { return f.MonotonicTime / 1e6 }

// firstFailure is the earliest that was kept, nil without one.
func firstFailure(g *metrics.ScenarioResult) *FirstFailure {
	var first *FirstFailure
	for class, samples := range g.FailureSamples {
		for i := range samples {
			s := sample(&samples[i])
			if first == nil || cmp.Or(cmp.Compare(s.AtMS, first.AtMS), cmp.Compare(class, first.Class)) < 0 {
				first = &FirstFailure{AtMS: s.AtMS, Class: class, Message: s.Message}
				if len(s.Stack) > 0 {
					first.Place = s.Stack[0]
				}
			}
		}
	}
	return first
}

// marks are what happened while the run went on, in order.
func marks(r *metrics.Result, first *FirstFailure) []Mark {
	var all []Mark
	if first != nil {
		all = append(all, Mark{first.AtMS, MarkFailure, "first failure: " + first.Class})
	}
	for _, c := range r.Changes {
		kind := MarkLoad
		if c.What == metrics.Moved {
			kind = MarkNode
		}
		all = append(all, Mark{c.OffsetMS, kind, c.String()})
	}
	for _, o := range r.Thresholds {
		if o.FailedMS > 0 {
			all = append(all, Mark{o.FailedMS, MarkThreshold, o.Metric + ": " + o.Expression + " was not met any more"})
		}
	}
	for _, n := range r.Nodes {
		if n.Status != metrics.NodeOK && n.LostMS > 0 {
			all = append(all, Mark{int64(n.LostMS), MarkNode, "node " + n.Node + " was lost"})
		}
	}
	slices.SortStableFunc(all, func(a, b Mark) int { return cmp.Compare(a.AtMS, b.AtMS) })
	return all
}
