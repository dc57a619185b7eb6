// Package limit owns the arithmetic of a search for the largest load that holds: which load to try next,
// and when the answer is near enough. It knows neither what a load is made of nor when one holds; who
// makes the load and judges it is package cluster.
package limit

// tolerance is the part of the answer, one in so many, that may lie between it and the smallest load
// that broke.
const tolerance = 20

// A Search raises the load twofold until one breaks, and then halves what lies between the largest that
// held and the smallest that broke. It ends when they differ by 5 %, or by 1. It is for one goroutine.
type Search struct {
	load, most  int
	held, broke int // 0 as long as none did
	done        bool
}

// New returns a search that begins with the load start and tries none above most. Both are at least 1,
// and start is not above most.
func New(start, most int) *Search { return &Search{load: start, most: most} }

// Load is the load to try now; after the end it is the last one that was tried.
func (s *Search) Load() int { return s.load }

// Done says whether the search is over.
func (s *Search) Done() bool { return s.done }

// Held is the largest load that held, 0 when none did.
func (s *Search) Held() int { return s.held }

// Broke is the smallest load that broke, 0 when none did.
func (s *Search) Broke() int { return s.broke }

// Judge takes what became of Load, and decides what to try next. The search is over when the very first
// load breaks: whoever chooses it expects that it holds.
func (s *Search) Judge(held bool) {
	if held {
		s.held = s.load
	} else {
		s.broke = s.load
	}
	switch {
	case s.held == 0 || s.held == s.most || s.near():
		s.done = true
	case s.broke == 0:
		s.load = min(s.most, 2*s.held)
	default:
		s.load = s.held + (s.broke-s.held)/2
	}
}

func (s *Search) near() bool {
	gap := s.broke - s.held
	return s.broke > 0 && (gap <= 1 || gap*tolerance <= s.held)
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

// MostSteps is how many loads are tried at most.
func MostSteps(start, most int) int { return len(Raises(start, most)) + mostHalvings }
