package remote

import (
	"strings"
	"unicode"
)

// mostPlain is how long names and versions of workers may be, in characters.
const mostPlain = 100

// plain returns what a worker calls something as one short line for people: terminals and logs take nothing in it for
// something else.
func plain(text string) string {
	var kept strings.Builder
	n := 0
	for _, r := range text {
		if n == mostPlain {
			break
		}
		if unicode.IsPrint(r) && r != unicode.ReplacementChar {
			kept.WriteRune(r)
			n++
		}
	}
	return kept.String()
}
