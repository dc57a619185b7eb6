// Package limit owns the arithmetic of a search for the largest load that holds: which load to try next, and when
// the answer is near enough. What a load is, and whether it holds, is package cluster's business.
package limit

// tolerance is the largest gap between the answer and the smallest load that broke: one in so many.
const tolerance = 20

// mostAgain bounds how many loads are tried again. One is usual; each further one broke by accident, and without a
// bound the search might never end.
const mostAgain = 3

// A Search doubles the load until one breaks, and then halves the gap between the largest that held and the smallest
// that broke. When the gap is 5 %, or 1, it tries the one that broke again: if that breaks too the search is over,
// otherwise it goes on from there. So a load that breaks by accident costs one more try, and not the answer. A Search
// is for one goroutine.
type Search struct {
	load, most int
	held       int   // the largest that held; 0 when none has
	broken     []int // the loads that broke and are above held, from the largest to the smallest
	again      bool  // whether load is tried again
	left       int   // loads that may be tried again
	done       bool
}

// New returns a search that begins with the load start and tries none above most. Both are at least 1,
// and start is not above most.
func New(start, most int) *Search { return &Search{load: start, most: most, left: mostAgain} }

// Load returns the load to try now; after the end, the last one that was tried.
func (s *Search) Load() int { return s.load }

// Again says whether Load has broken once and is tried again.
func (s *Search) Again() bool { return s.again }

// Done says whether the search is over.
func (s *Search) Done() bool { return s.done }

// Held returns the largest load that held, 0 when none did.
func (s *Search) Held() int { return s.held }

// Broke returns the smallest load that broke, 0 when none did.
func (s *Search) Broke() int {
	if len(s.broken) == 0 {
		return 0
	}
	return s.broken[len(s.broken)-1]
}

// Judge says whether Load has held, and decides what to try next. The search is over when the very first load breaks
// twice, since it was chosen as one that should hold.
func (s *Search) Judge(held bool) {
	again := s.again
	s.again = false
	switch {
	case held && again: // it broke by accident
		s.held, s.broken = s.load, s.broken[:len(s.broken)-1]
	case held:
		s.held = s.load
	case !again:
		s.broken = append(s.broken, s.load)
	}
	broke := s.Broke()
	gap := broke - s.held
	switch {
	case s.held == s.most, again && !held:
		s.done = true
	case broke == 0:
		s.load = min(s.most, 2*s.held)
	case s.held > 0 && gap > 1 && gap*tolerance > s.held:
		s.load = s.held + gap/2
	case s.left == 0:
		s.done = true
	default:
		s.load, s.again = broke, true
		s.left--
	}
}

// Raises returns the loads that are tried one after the other as long as each holds.
func Raises(start, most int) []int {
	var loads []int
	for s := New(start, most); !s.Done(); s.Judge(true) {
		loads = append(loads, s.Load())
	}
	return loads
}

// mostHalvings is how many loads are tried between one that held and its double: halving that gap to a twentieth, or
// to 1, takes no more.
const mostHalvings = 6

// UsualSteps returns how many loads are tried at most when none breaks by accident.
func UsualSteps(start, most int) int { return len(Raises(start, most)) + mostHalvings + 1 }

// MostSteps returns how many loads are tried at most.
func MostSteps(start, most int) int {
	return len(Raises(start, most)) + mostHalvings + mostAgain*(1+mostHalvings)
}
