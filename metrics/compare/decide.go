package compare

import (
	"cmp"
	"math"
	"slices"
)

// decide says of each row whether its difference is more than noise, and sorts them. Of many numbers some differ much by
// chance: Holm's procedure bounds how often any of them is named at all.
func decide(rows []Row) {
	var byChance []*Row
	for i := range rows {
		if r := &rows[i]; r.Why != "" { // it is not among the candidates
			r.Verdict = Unclear
		} else {
			byChance = append(byChance, r)
		}
	}
	slices.SortStableFunc(byChance, func(a, b *Row) int { return cmp.Compare(a.chance, b.chance) })
	real := 0
	for real < len(byChance) && byChance[real].chance <= falseAlarms/float64(len(byChance)-real) {
		real++
	}
	for i, r := range byChance {
		r.Verdict = r.verdict(i < real)
	}
	slices.SortStableFunc(rows, func(a, b Row) int {
		return cmp.Or(cmp.Compare(a.rank(), b.rank()), cmp.Compare(b.size(), a.size()))
	})
}

// praiseNothing is for a run that is dead: what it does better it does not do.
func praiseNothing(rows []Row) {
	for i := range rows {
		if rows[i].Verdict == Better {
			rows[i].Verdict = Changed
		}
	}
	slices.SortStableFunc(rows, func(a, b Row) int { return cmp.Compare(a.rank(), b.rank()) })
}

func (r *Row) verdict(real bool) Verdict {
	switch {
	case real && r.size() >= r.least && r.either:
		return Changed
	case real && r.size() >= r.least && r.New > r.Old == r.higher:
		return Better
	case real && r.size() >= r.least:
		return Worse
	case r.Noise == nil || r.size() < r.least:
		return Same
	case r.size() > *r.Noise:
		r.Why = "among so many numbers it may be chance: let the runs last longer"
		return Unclear
	case *r.Noise > vague:
		r.Why = "it varies too much by itself: let the runs last longer"
		return Unclear
	}
	return Same
}

// rank is the place of a row among the others.
func (r *Row) rank() int {
	return slices.Index([]Verdict{Worse, Better, Changed, Unclear, Same}, r.Verdict)
}

// size is that of the change: relative, or of a share its difference.
func (r *Row) size() float64 {
	if r.Relative != nil {
		return math.Abs(*r.Relative)
	}
	if r.Change == nil {
		return math.Inf(1)
	}
	return math.Abs(*r.Change)
}
