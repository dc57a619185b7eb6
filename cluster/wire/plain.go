package wire

import (
	"strings"
	"unicode"
)

// Plain returns the text of somebody else for terminals and logs, which then take nothing in it for a command: of its
// characters those that can be seen, and those of also, as many as most.
func Plain(text string, most int, also string) string {
	var kept strings.Builder
	n := 0
	for _, r := range text {
		if !unicode.IsGraphic(r) && !strings.ContainsRune(also, r) || r == unicode.ReplacementChar {
			continue
		}
		if n == most {
			kept.WriteRune('…')
			break
		}
		kept.WriteRune(r)
		n++
	}
	return kept.String()
}
