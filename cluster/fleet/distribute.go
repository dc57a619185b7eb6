package fleet

import (
	"slices"

	"github.com/liveload/liveload/plan/shape"
)

// A place is what a member can take of the load of a lost one.
type place struct {
	weight int
	users  int // that it has
	room   int // for so many in all; 0 is for any number
}

func (p place) full(more int) bool { return p.room > 0 && p.users+more >= p.room }

// distribute says how many of some users go to each place: always to the one that has the fewest for its weight and is not full.
// left are those for whom there is no room.
func distribute(users int, places []place) (parts []int, left int) {
	parts = make([]int, len(places))
	for ; users > 0; users-- {
		best := -1
		for i, p := range places {
			if !p.full(parts[i]) && (best < 0 || (p.users+parts[i])*places[best].weight < (places[best].users+parts[best])*p.weight) {
				best = i
			}
		}
		if best < 0 {
			return parts, users
		}
		parts[best]++
	}
	return parts, 0
}

// divide divides what a lost member had of a scenario: a segment that has so many users. A place without a part has nil.
// The parts go on in the same proportions when more users are commanded.
func divide(of *shape.Segment, users int, places []place) (segments []*shape.Segment, parts []int) {
	parts, left := distribute(users, places)
	weights := slices.Clone(parts)
	if users == 0 {
		for i, p := range places {
			if !p.full(0) {
				weights[i] = p.weight
			}
		}
	}
	weights = append(weights, left) // nobody has the last part
	some := slices.DeleteFunc(slices.Clone(weights), func(w int) bool { return w == 0 })
	segments = make([]*shape.Segment, len(places))
	if len(some) == 0 {
		return segments, parts
	}
	divided := of.Divide(some)
	for i := range places {
		if weights[i] > 0 {
			segments[i], divided = divided[0], divided[1:]
		}
	}
	return segments, parts
}
