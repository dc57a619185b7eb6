// Package plaintext makes text from a page or a script safe to show: it may hold terminal colours, line ends,
// or bytes that are not text.
package plaintext

import (
	"regexp"
	"strings"
	"unicode"
)

var escapeCode = regexp.MustCompile("\x1b\\[[0-9;?]*[ -/]*[@-~]")

// Line makes one line of text that cannot move a cursor. Playwright's messages carry colours, which go too.
func Line(text string) string {
	text = escapeCode.ReplaceAllString(text, "")
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "?"))
	return strings.Join(strings.Fields(text), " ")
}
