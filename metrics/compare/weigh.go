package compare

import (
	"math"
	"slices"
)

// weigh compares the change with that between buckets of both runs at the same time. A difference is real where the whole
// runs and the buckets agree on it.
func (r *Row) weigh() {
	s, ok := spreadOf(r.samples)
	if !ok {
		r.Why = "the runs are too short, or measured it at different times"
		return
	}
	r.Noise = noiseOf(s)
	if change := math.Log(r.New / r.Old); change*s.mean > 0 {
		r.chance = s.chance(min(math.Abs(change), math.Abs(s.mean)))
	}
}

func noiseOf(s spread) *float64 {
	if reach := math.Expm1(s.reach(0.05)); !math.IsInf(reach, 0) {
		return &reach
	}
	return nil
}

// relate compares how each label has changed with how the others have: what happened to all, as on a machine that was
// busier, cancels out. It takes at least two others, since of two labels nobody knows which one has changed.
func relate(rows []Row, statistic Statistic) {
	for i := range rows {
		r := &rows[i]
		if r.Statistic != statistic || r.Why != "" {
			continue
		}
		s, ok := spreadOf(beyond(rows, i))
		if !ok || s.mean*math.Log(r.New/r.Old) <= 0 {
			continue
		}
		if chance := s.chance(s.mean); chance < r.chance {
			r.chance = chance
			r.Relative, r.Noise = new(math.Expm1(s.mean)), noiseOf(s)
		}
		r.chance = min(1, 2*r.chance) // it had two tries
	}
}

// beyond are the changes of a row without the median of those of the other labels, in each bucket.
func beyond(rows []Row, row int) (samples []sample) {
	r := rows[row]
	for k, own := range r.samples {
		var others []float64
		for i, o := range rows {
			if i != row && o.Statistic == r.Statistic && k < len(o.samples) && o.samples[k].weight > 0 {
				others = append(others, o.samples[k].diff)
			}
		}
		if own.weight > 0 && len(others) >= 2 {
			samples = append(samples, sample{own.diff - median(others), own.weight})
		}
	}
	return samples
}

func median(values []float64) float64 {
	slices.Sort(values)
	n := len(values)
	return (values[(n-1)/2] + values[n/2]) / 2
}
