// Package excerpt shortens texts of any length, such as what a script throws or a page answers, where they come from: before they are
// copied, searched and sent.
package excerpt

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Most is how many bytes a text that people read may have.
const Most = 8_000

// Of keeps both ends of a text that has more than Most bytes, and says between them how many were cut.
func Of(text string) string { return To(text, Most) }

// To keeps both ends of a text that has more than so many bytes. The mark between them does not count.
func To(text string, most int) string {
	if len(text) <= most {
		return text
	}
	head, tail := text[:most/2], text[len(text)-most/2:]
	for len(head) > 0 && !utf8.RuneStart(text[len(head)]) { // no character is cut in two
		head = head[:len(head)-1]
	}
	for len(tail) > 0 && !utf8.RuneStart(tail[0]) {
		tail = tail[1:]
	}
	// head and tail would keep the whole text in memory.
	return strings.Join([]string{head, tail}, fmt.Sprintf(" … %d bytes cut … ", len(text)-len(head)-len(tail)))
}
