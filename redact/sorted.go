package redact

import (
	"slices"
	"strings"
)

// mostFresh is how many texts are put in their places one by one before they are merged with the others.
const mostFresh = 1000

// Sorted texts tell whether a text is the beginning of one of them.
type sorted struct{ all, fresh []string }

func (s *sorted) add(text string) {
	at, _ := slices.BinarySearch(s.fresh, text)
	s.fresh = slices.Insert(s.fresh, at, text)
	if len(s.fresh) >= mostFresh {
		s.all, s.fresh = merged(s.all, s.fresh), nil
	}
}

func (s *sorted) haveBeginning(text string) bool { return begins(s.all, text) || begins(s.fresh, text) }

func begins(texts []string, text string) bool {
	at, _ := slices.BinarySearch(texts, text)
	return at < len(texts) && strings.HasPrefix(texts[at], text)
}

func merged(a, b []string) []string {
	out := make([]string, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if a[0] <= b[0] {
			out, a = append(out, a[0]), a[1:]
		} else {
			out, b = append(out, b[0]), b[1:]
		}
	}
	return append(append(out, a...), b...)
}
