package machines

import (
	"slices"
	"time"
)

// Used returns for how long all machines together were there between two moments, and how many at once at most.
func (s *Set) Used(from, until time.Time) (total time.Duration, most int) {
	type change struct {
		at time.Time
		by int
	}
	var changes []change
	for _, use := range s.Uses() {
		begin, end := use.Launched, use.Until
		if begin.Before(from) {
			begin = from
		}
		if end.IsZero() || end.After(until) {
			end = until
		}
		if end.After(begin) {
			total += end.Sub(begin)
			changes = append(changes, change{begin, 1}, change{end, -1})
		}
	}
	slices.SortFunc(changes, func(a, b change) int {
		if order := a.at.Compare(b.at); order != 0 {
			return order
		}
		return a.by - b.by // one that ends makes room for one that begins
	})
	there := 0
	for _, c := range changes {
		there += c.by
		most = max(most, there)
	}
	return total, most
}
