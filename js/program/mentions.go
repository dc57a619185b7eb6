package program

import "strings"

// Mentions says whether one of these words is in the program, be it in code or in a text. Safe for concurrent use.
func (p *Program) Mentions(words ...string) bool {
	for _, word := range words {
		found, known := p.mentioned.Load(word)
		if !known {
			found = contains(p.source.Code, word)
			p.mentioned.Store(word, found)
		}
		if found.(bool) {
			return true
		}
	}
	return false
}

// contains says whether word is in text, and not within a longer name.
func contains(text, word string) bool {
	for at := 0; ; at++ {
		next := strings.Index(text[at:], word)
		if next < 0 {
			return false
		}
		at += next
		end := at + len(word)
		if (at == 0 || !inName(text[at-1]) || !inName(word[0])) && (end == len(text) || !inName(text[end])) {
			return true
		}
	}
}

func inName(c byte) bool {
	return c == '_' || c == '$' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c >= 0x80
}
