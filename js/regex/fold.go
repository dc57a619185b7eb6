package regex

import (
	"sync"
	"unicode"
)

// canonical is what a character is compared as when case is ignored: as Unicode folds it, or without Unicode as its upper case.
func canonical(r rune, inUnicode bool) rune {
	if inUnicode {
		least := r
		for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
			least = min(least, other)
		}
		return least
	}
	if growsInUpperCase(r) || r > 0xffff {
		return r
	}
	upper := unicode.ToUpper(r)
	if r >= 0x80 && upper < 0x80 || upper > 0xffff {
		return r
	}
	return upper
}

// growsInUpperCase says whether the upper case of a character is several characters, and Go knows one too.
func growsInUpperCase(r rune) bool {
	switch {
	case r >= 0x1f80 && r <= 0x1faf:
		return true
	case r == 0x1fb3 || r == 0x1fbc || r == 0x1fc3 || r == 0x1fcc || r == 0x1ff3 || r == 0x1ffc:
		return true
	}
	return false
}

// hasFolded says whether the set has a character that is compared as r is.
func (s set) hasFolded(r rune, inUnicode bool) bool {
	if s.has(r) {
		return true
	}
	want := canonical(r, inUnicode)
	for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
		if s.has(other) && canonical(other, inUnicode) == want {
			return true
		}
	}
	return false
}

// folding are the characters that are not compared as themselves, in Unicode.
var folding = sync.OnceValue(func() (all []rune) {
	for r := rune(0); r <= 0x1ffff; r++ {
		if canonical(r, true) != r {
			all = append(all, r)
		}
	}
	return all
})

// fold replaces the characters of a set by what they are compared as.
func (s set) fold() set {
	folded := single(folding()...)
	var spans []span
	for _, r := range folding() {
		if s.has(r) {
			spans = append(spans, span{canonical(r, true), canonical(r, true)})
		}
	}
	return s.without(folded).union(newSet(spans...))
}

// complement is everything else, as v means it.
func (s set) complement(f flags) set {
	if f.ignoreCase {
		return s.negate().without(single(folding()...))
	}
	return s.negate()
}
