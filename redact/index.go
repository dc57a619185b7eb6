package redact

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// cutMark stands where a text was cut.
	cutMark = "…"
	// shortestPart is how long the rest of a value at such a mark is that is hidden, and shortestEnd the one at the end of a
	// text, which may be cut without a mark.
	shortestPart = 4
	shortestEnd  = 6
	// longestMark is how many bytes the rest of such a mark may have.
	longestMark = 48
)

// cutBytes matches the rest of a mark of package excerpt.
var cutBytes = regexp.MustCompile(`^(?: \d+ bytes cut … | )`)

// A key is the first three bytes of a form.
type key [shortestGiven]byte

// An index finds forms in texts, in time that hardly grows with their number, also when many begin alike.
type index struct {
	seen    *[1 << 10]uint64 // a bit for each hash of a first key: most places of a text end here
	lengths map[key][]int    // of the forms that begin so, the longest first
	forms   map[string]form
	words   []string // forms that are words, of which there are few
	starts  sorted   // all others
	ends    sorted   // the same from their ends
	longest int
}

func newIndex() index {
	return index{seen: new([1 << 10]uint64), lengths: make(map[key][]int), forms: make(map[string]form)}
}

func hash(k key) uint32 {
	return (uint32(k[0]) | uint32(k[1])<<8 | uint32(k[2])<<16) * 2654435761 >> 16
}

func keyAt(text string, i int) key { return key{text[i], text[i+1], text[i+2]} }

// add adds forms. Of two that are alike, the one that is found in more places counts.
func (x *index) add(forms []form) {
	for _, f := range forms {
		was, known := x.forms[f.text]
		if len(f.text) < shortestGiven || known && (f.word || !was.word) {
			continue
		}
		x.forms[f.text] = f
		k := keyAt(f.text, 0)
		h := hash(k)
		x.seen[h/64] |= 1 << (h % 64)
		if n := len(f.text); !slices.Contains(x.lengths[k], n) {
			x.lengths[k] = append(x.lengths[k], n)
			slices.SortFunc(x.lengths[k], func(a, b int) int { return cmp.Compare(b, a) })
		}
		x.longest = max(x.longest, len(f.text))
		if f.word {
			x.words = append(x.words, f.text)
			continue
		}
		x.starts.add(f.text)
		if !f.within {
			x.ends.add(reversed(f.text))
		}
	}
}

func reversed(text string) string {
	b := []byte(text)
	slices.Reverse(b)
	return string(b)
}

// A span is a part of a text.
type span struct{ from, to int }

// hide replaces all forms in a text, and parts of them where it was cut.
func (x *index) hide(text string) string {
	if len(x.forms) == 0 {
		return text
	}
	hidden := x.find(text)
	hidden = append(hidden, x.cuts(text)...)
	if len(hidden) == 0 {
		return text
	}
	slices.SortFunc(hidden, func(a, b span) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to)) })
	var out strings.Builder
	at := 0
	for i := 0; i < len(hidden); {
		from, to := hidden[i].from, hidden[i].to
		for i++; i < len(hidden) && hidden[i].from < to; i++ { // what overlaps is one
			to = max(to, hidden[i].to)
		}
		out.WriteString(text[at:from])
		out.WriteString(Hidden)
		at = to
	}
	out.WriteString(text[at:])
	return out.String()
}

func (x *index) find(text string) (found []span) {
	for i := 0; i+shortestGiven <= len(text); i++ {
		if to := x.matchAt(text, i); to > 0 {
			found = append(found, x.whole(text, i, to))
		}
	}
	return found
}

// matchAt returns the end of the longest form that begins at i; 0 for none.
func (x *index) matchAt(text string, i int) int {
	k := keyAt(text, i)
	if h := hash(k); x.seen[h/64]&(1<<(h%64)) == 0 {
		return 0
	}
	for _, n := range x.lengths[k] {
		if i+n > len(text) {
			continue
		}
		if f, ok := x.forms[text[i:i+n]]; ok && (!f.word || isWord(text, i, i+n)) {
			return i + n
		}
	}
	return 0
}

// whole adds the characters of an encoding beside a form that is within one: they have bits of the secret.
func (x *index) whole(text string, from, to int) span {
	if !x.forms[text[from:to]].within {
		return span{from, to}
	}
	for n := 0; n < 2 && from > 0 && inBase64Alphabet(text[from-1]); n++ {
		from--
	}
	for n := 0; n < 2 && to < len(text) && inBase64Alphabet(text[to]); n++ {
		to++
	}
	return span{from, to}
}

func inBase64Alphabet(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("+/-_=", c) >= 0
}

// isWord says whether no letter or digit stands beside a part of a text.
func isWord(text string, from, to int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:from])
	after, _ := utf8.DecodeRuneInString(text[to:])
	return !isLetter(before) && !isLetter(after)
}

func isLetter(r rune) bool {
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_')
}

// cuts returns parts of forms beside marks of cuts, and at the end of the text. It looks from one mark to the next only, so that a
// text of nothing but marks takes no longer than others.
func (x *index) cuts(text string) (found []span) {
	from := 0 // where the text goes on after the last mark
	for {
		next := strings.Index(text[from:], cutMark)
		if next < 0 {
			break
		}
		found = append(found, x.endsAt(strings.TrimSuffix(text[:from+next], " "), from, shortestPart)...) // " … 12 bytes cut … "
		from += next + len(cutMark)
		from += len(cutBytes.FindString(text[from:min(len(text), from+longestMark)]))
		end := len(text)
		if next = strings.Index(text[from:], cutMark); next >= 0 {
			end = from + next
		}
		found = append(found, x.beginsAt(text[:end], from)...)
	}
	return append(found, x.endsAt(strings.TrimRight(text, `"')`), from, shortestEnd)...)
}

// endsAt returns the longest beginning of a form with which a text ends, that begins at a place or later.
func (x *index) endsAt(text string, from, least int) []span {
	for i := max(from, len(text)-x.longest); i <= len(text)-least; i++ {
		if h := hash(keyAt(text, i)); x.seen[h/64]&(1<<(h%64)) != 0 && x.starts.haveBeginning(text[i:]) {
			return []span{{i, len(text)}}
		}
	}
	return nil
}

// beginsAt returns the longest end of a form with which a text goes on at a place.
func (x *index) beginsAt(text string, from int) []span {
	longest := min(len(text), from+x.longest)
	after := reversed(text[from:longest])
	for to := longest; to >= from+shortestPart; to-- {
		if x.ends.haveBeginning(after[longest-to:]) {
			return []span{{from, to}}
		}
	}
	return nil
}

// pending returns how many bytes at the end of a text may be the beginning of a form.
func (x *index) pending(text string) int {
	for i := max(0, len(text)-x.longest); i < len(text); i++ {
		rest := text[i:]
		if x.starts.haveBeginning(rest) || slices.ContainsFunc(x.words, func(word string) bool { return strings.HasPrefix(word, rest) }) {
			return len(rest)
		}
	}
	return 0
}
