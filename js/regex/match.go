package regex

import "unicode/utf16"

// A step matches from an index on, up to the end of the pattern. When it fails it leaves the state as it was.
type step func(s *state, at int) bool

// A state is one attempt to match.
type state struct {
	text     []uint16
	unicode  bool
	captures []int
	opened   []int // where the open groups began
	loops    []loop
	depth    int
	steps    int
	stop     func() bool
}

// A loop is how many iterations are left, and where the current one began.
type loop struct{ min, max, began int }

const (
	deepest   = 1_600_000 // steps within each other; one takes 80 to 160 bytes of stack
	askEvery  = 1 << 14
	unbounded = -1
)

// read returns the character after at, or before it, and the index behind it.
func (s *state) read(at int, back bool) (r rune, next int, ok bool) {
	if back {
		if at == 0 {
			return 0, at, false
		}
		r, next = rune(s.text[at-1]), at-1
		if s.unicode && next > 0 && utf16.IsSurrogate(r) {
			if pair := utf16.DecodeRune(rune(s.text[next-1]), r); pair != '\uFFFD' {
				return pair, next - 1, true
			}
		}
		return r, next, true
	}
	if at >= len(s.text) {
		return 0, at, false
	}
	r, next = rune(s.text[at]), at+1
	if s.unicode && next < len(s.text) && utf16.IsSurrogate(r) {
		if pair := utf16.DecodeRune(r, rune(s.text[next])); pair != '\uFFFD' {
			return pair, next + 1, true
		}
	}
	return r, next, true
}

// enter counts an iteration of so many steps; leave must follow, with the same number.
func (s *state) enter(steps int) {
	s.depth += steps
	if s.depth > deepest {
		panic(ErrTooDeep)
	}
	s.tick()
}

func (s *state) leave(steps int) { s.depth -= steps }

func (s *state) tick() {
	s.steps++
	if s.steps%askEvery == 0 && s.stop != nil && s.stop() {
		panic(ErrStopped)
	}
}

// isWord says whether the character at an index belongs to a word.
func (s *state) isWord(at int, word set) bool {
	return at >= 0 && at < len(s.text) && word.has(rune(s.text[at]))
}
