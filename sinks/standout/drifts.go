package standout

import (
	"fmt"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/readable"
)

var driftsRule = rule{
	name: driftsName, find: drifts, timed: true, unless: []string{growsName},
	advice: "Look for what only grows: a table, a cache or a list that nobody empties, the memory of a process.",
}

// steady is how much the number of users may differ where it counts as the same.
const steady = 1.1

// drifts finds what takes longer and longer while the number of users stays the same.
func drifts(v *run) (found []Finding) {
	from, to := v.plateau()
	if to-from < fewestPoints+2 {
		return nil
	}
	v.eachWaited(func(m *metrics.Metric, label string, column metrics.HistogramSeries) {
		var points []point
		for _, p := range v.points(column) {
			if from <= p.bucket && p.bucket < to {
				points = append(points, point{float64(p.bucket), p.y, p.bucket})
			}
		}
		if len(points) < fewestPoints+2 {
			return
		}
		correlation := rankCorrelation(points)
		low, high := thirds(points)
		if !certain(correlation, len(points)) || high < muchSlower*low || high-low < noticed {
			return
		}
		found = append(found, Finding{
			Metric: m.Name, Label: label, size: high / low, AtMS: v.beginsMS(from),
			Sentence: fmt.Sprintf("%s%s takes longer and longer at the same load: %s at first, %s at last (median), with %s users all the time.",
				subject(m, label), onPages(m, v.histogram(m), label, countOf), readable.Microseconds(low), readable.Microseconds(high), number(v.users[from])),
			How: fmt.Sprintf("Rank correlation of its median with time in %d buckets of %s, from %s to %s, in which the number of users differed by less than 10 %%: %.2f.",
				len(points), readable.Length(v.width), v.begins(from), readable.Duration(time.Duration(to)*v.width), correlation),
			Numbers: []Measured{{"median at first", low, m.Unit}, {"median at last", high, m.Unit}, {"rank correlation", correlation, ""}},
		})
	})
	return found
}

// plateau returns the longest time in which the number of users stayed the same.
func (v *run) plateau() (from, to int) {
	for begin := 0; begin < len(v.users); {
		low, high, end := v.users[begin], v.users[begin], begin
		for end < len(v.users) && v.users[end] > 0 {
			low, high = min(low, v.users[end]), max(high, v.users[end])
			if high > steady*low {
				break
			}
			end++
		}
		if end-begin > to-from {
			from, to = begin, end
		}
		begin = max(end, begin+1)
	}
	return from, to
}
