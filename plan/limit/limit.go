// Package limit owns the arithmetic of a search for the largest load that holds: which load to try next,
// and when the answer is near enough. It knows neither what a load is made of nor when one holds; who
// makes the load and judges it is package cluster.
package limit

// tolerance is the part of the answer, one in so many, that may lie between it and the smallest load
// that broke.
const tolerance = 20

// mostAgain is how many loads are tried again at most. One is usual; each one more is a load that broke by
// accident, and where they go on nothing is found in bounded time.
const mostAgain = 3

// A Search raises the load twofold until one breaks, and then halves what lies between the largest that
// held and the smallest that broke. When they differ by 5 %, or by 1, it tries the one that broke again: when that breaks
// too the search is over, and otherwise it goes on from there. So a load that breaks by accident costs one more try, and
// not the answer. It is for one goroutine.
type Search struct {
	load, most int
	held       int   // 0 as long as none did
	broken     []int // the loads that broke and are above held, from the largest to the smallest
	again      bool  // whether load is tried again
	left       int   // loads that may be tried again
	done       bool
}

// New returns a search that begins with the load start and tries none above most. Both are at least 1,
// and start is not above most.
func New(start, most int) *Search { return &Search{load: start, most: most, left: mostAgain} }

// Load is the load to try now; after the end it is the last one that was tried.
func (s *Search) Load() int { return s.load }

// Again says whether Load has broken once and is tried again.
func (s *Search) Again() bool { return s.again }

// Done says whether the search is over.
func (s *Search) Done() bool { return s.done }

// Held is the largest load that held, 0 when none did.
func (s *Search) Held() int { return s.held }

// Broke is the smallest load that broke, 0 when none did.
func (s *Search) Broke() int {
	if len(s.broken) == 0 {
		return 0
	}
	return s.broken[len(s.broken)-1]
}

// Judge takes what became of Load, and decides what to try next. The search is over when the very first
// load breaks twice: whoever chooses it expects that it holds.
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
	switch broke := s.Broke(); {
	case s.held == s.most, again && !held:
		s.done = true
	case broke == 0:
		s.load = min(s.most, 2*s.held)
	case s.held > 0 && !s.near():
		s.load = s.held + (broke-s.held)/2
	case s.left == 0:
		s.done = true
	default:
		s.load, s.again = broke, true
		s.left--
	}
}

func (s *Search) near() bool {
	gap := s.Broke() - s.held
	return gap <= 1 || gap*tolerance <= s.held
}

// Raises are the loads that are tried one after the other as long as each of them holds.
func Raises(start, most int) []int {
	var loads []int
	for s := New(start, most); !s.Done(); s.Judge(true) {
		loads = append(loads, s.Load())
	}
	return loads
}

// mostHalvings is how many loads are tried between one that held and twice as much: the gap is as large
// as the answer, and to end below a twentieth of it, or at 1, takes no more halvings.
const mostHalvings = 6

// UsualSteps is how many loads are tried at most when none breaks by accident: the one that broke is tried again.
func UsualSteps(start, most int) int { return len(Raises(start, most)) + mostHalvings + 1 }

// MostSteps is how many loads are tried at most.
func MostSteps(start, most int) int {
	return len(Raises(start, most)) + mostHalvings + mostAgain*(1+mostHalvings)
}
