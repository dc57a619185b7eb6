package regex

import (
	"slices"
	"sort"
	"unicode"
)

const lastRune = '\U0010FFFF'

// A span is the characters from lo to hi.
type span struct{ lo, hi rune }

// A set is spans in order, without gaps of no width between them.
type set []span

func (s set) has(r rune) bool {
	i := sort.Search(len(s), func(i int) bool { return s[i].hi >= r })
	return i < len(s) && s[i].lo <= r
}

// newSet puts spans in order.
func newSet(spans ...span) set {
	slices.SortFunc(spans, func(a, b span) int { return int(a.lo - b.lo) })
	var result set
	for _, next := range spans {
		if last := len(result) - 1; last >= 0 && next.lo <= result[last].hi+1 {
			result[last].hi = max(result[last].hi, next.hi)
			continue
		}
		result = append(result, next)
	}
	return result
}

func single(runes ...rune) set {
	spans := make([]span, len(runes))
	for i, r := range runes {
		spans[i] = span{r, r}
	}
	return newSet(spans...)
}

func (s set) union(others ...set) set {
	return newSet(slices.Concat(append([]set{s}, others...)...)...)
}

func (s set) negate() set {
	var result set
	next := rune(0)
	for _, part := range s {
		if part.lo > next {
			result = append(result, span{next, part.lo - 1})
		}
		next = part.hi + 1
	}
	if next <= lastRune {
		result = append(result, span{next, lastRune})
	}
	return result
}

func (s set) intersect(other set) set { return s.negate().union(other.negate()).negate() }

func (s set) without(other set) set { return s.intersect(other.negate()) }

// tables is the set of the characters in tables of Go.
func tables(all ...*unicode.RangeTable) set {
	var spans []span
	add := func(lo, hi, stride rune) {
		if stride == 1 {
			spans = append(spans, span{lo, hi})
			return
		}
		for r := lo; r <= hi; r += stride {
			spans = append(spans, span{r, r})
		}
	}
	for _, table := range all {
		for _, r := range table.R16 {
			add(rune(r.Lo), rune(r.Hi), rune(r.Stride))
		}
		for _, r := range table.R32 {
			add(rune(r.Lo), rune(r.Hi), rune(r.Stride))
		}
	}
	return newSet(spans...)
}

var (
	digits     = newSet(span{'0', '9'})
	words      = newSet(span{'0', '9'}, span{'A', 'Z'}, span{'_', '_'}, span{'a', 'z'})
	spaces     = newSet(span{'\t', '\r'}, span{' ', ' '}, span{0xa0, 0xa0}, span{0x1680, 0x1680}, span{0x2000, 0x200a}, span{0x2028, 0x2029}, span{0x202f, 0x202f}, span{0x205f, 0x205f}, span{0x3000, 0x3000}, span{0xfeff, 0xfeff})
	lines      = single('\n', '\r', 0x2028, 0x2029)
	everything = newSet(span{0, lastRune})
)

// wordSet is what \w means: with case ignored in Unicode, also the characters that fold to one of it.
func (f flags) wordSet() set {
	if f.unicode && f.ignoreCase {
		return words.union(single('ſ', '\u212a'))
	}
	return words
}
