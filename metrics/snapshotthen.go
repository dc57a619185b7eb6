package metrics

import (
	"cmp"
	"slices"
)

// Then returns one snapshot for two of a node that follow each other, with the sequence number of the second: nothing is
// lost but which of the two times a sample is of.
func (s *Snapshot) Then(next *Snapshot) *Snapshot {
	both := &Snapshot{
		Node: s.Node, Seq: next.Seq, Start: next.Start, From: s.From, To: next.To, Last: next.Last,
		Metrics: slices.Concat(s.Metrics, next.Metrics), Failures: slices.Concat(s.Failures, next.Failures),
	}
	both.Series = merged(s.Series, next.Series, compareScoped, plusSeries)
	both.Users = merged(s.Users, next.Users, func(a, b UserCounts) int { return cmp.Compare(a.Scenario, b.Scenario) }, func(a, b UserCounts) UserCounts {
		return UserCounts{a.Scenario, a.Started + b.Started, a.Succeeded + b.Succeeded, a.Failed + b.Failed}
	})
	both.Overflow = merged(s.Overflow, next.Overflow, func(a, b LabelsOverflow) int {
		return cmp.Or(cmp.Compare(a.Scenario, b.Scenario), cmp.Compare(a.Metric, b.Metric))
	}, func(a, b LabelsOverflow) LabelsOverflow {
		return LabelsOverflow{a.Scenario, a.Metric, plus(a.Samples, b.Samples)}
	})
	return both
}

// merged returns the sorted values of two lists, in which those that compare as equal become one.
func merged[T any](a, b []T, compare func(a, b T) int, plus func(a, b T) T) []T {
	all := slices.Concat(a, b)
	slices.SortStableFunc(all, compare)
	var out []T
	for _, one := range all {
		if last := len(out) - 1; last >= 0 && compare(out[last], one) == 0 {
			out[last] = plus(out[last], one)
		} else {
			out = append(out, one)
		}
	}
	return out
}

func compareScoped(a, b Series) int {
	return cmp.Or(cmp.Compare(a.Scenario, b.Scenario), compareSeries(a, b))
}

// plusSeries adds what a series has in the later of two snapshots.
func plusSeries(a, b Series) Series {
	a.Count = plus(a.Count, b.Count)
	a.Sketch = a.Sketch.Plus(b.Sketch)
	a.Gauge = a.Gauge.Then(b.Gauge)
	return a
}
