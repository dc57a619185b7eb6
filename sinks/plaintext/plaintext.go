// Package plaintext makes text from a page or a script safe to show: it may hold terminal colours, line ends,
// or bytes that are not text.
package plaintext

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

var escapeCode = regexp.MustCompile("\x1b\\[[0-9;?]*[ -/]*[@-~]")

// Line makes one line of text that cannot move a cursor. Playwright's messages carry colours, which go too.
func Line(text string) string {
	text = escapeCode.ReplaceAllString(text, "")
	text = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r):
			return ' '
		case unicode.Is(unicode.Bidi_Control, r): // which would turn the rest of the line around
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "?"))
	return strings.Join(strings.Fields(text), " ")
}

// Count prints n in groups of three digits.
func Count(n int64) string {
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + " " + s[i:]
	}
	return s
}

// Plural prints "1 user", "2 users".
func Plural(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return Count(n) + " " + noun + "s"
}

// MostFrequent returns the keys of counts, the most frequent first.
func MostFrequent(counts map[string]int64) []string {
	return slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
}
