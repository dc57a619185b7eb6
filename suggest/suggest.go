// Package suggest finds the known name that somebody probably meant. Every package may import it.
package suggest

import (
	"slices"
	"strings"

	"github.com/agext/levenshtein"
)

// leastSimilarity still allows two wrong letters in a word of five.
const leastSimilarity = 0.59

// Closest returns the candidate that a mistyped name most resembles, or "" when none is close. Case does not count; of
// equally close candidates the first one wins.
func Closest(name string, candidates []string) string {
	best, highest := "", leastSimilarity
	for _, c := range candidates {
		if score := similarity(strings.ToLower(name), strings.ToLower(c)); score > highest {
			best, highest = c, score
		}
	}
	return best
}

// similarity is from 0 to 1. It forgives swapped letters and a missing end, which count for much in short words.
func similarity(a, b string) float64 {
	score := levenshtein.Similarity(a, b, levenshtein.NewParams())
	switch {
	case len(a) < 2 || len(b) < 2:
	case sorted(a) == sorted(b):
		score = max(score, 0.8)
	case strings.HasPrefix(a, b) || strings.HasPrefix(b, a):
		score = max(score, 0.6)
	}
	return score
}

func sorted(word string) string {
	letters := []rune(word)
	slices.Sort(letters)
	return string(letters)
}
