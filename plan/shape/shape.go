// Package shape owns the arithmetic of load: how many users there are to be at a moment, and when iterations are due.
// Everything here is a pure function of the time since the start of a scenario. There is no clock, no goroutine and no
// randomness, so that a load can be drawn, divided and tested without running it. Package runner starts the users.
package shape

import (
	"cmp"
	"math/bits"
	"slices"
)

// Divide divides a total by weights with the largest remainders, so that the parts add up to it. When total is enough
// for that, each part is at least 1. Weights are above 0.
func Divide(total int, weights []int) []int {
	sum := 0
	for _, w := range weights {
		sum += w
	}
	parts, left := make([]int, len(weights)), total
	order := make([]int, len(weights))
	for i, w := range weights {
		parts[i] = int(mulDiv(uint64(total), uint64(w), uint64(sum)))
		left -= parts[i]
		order[i] = i
	}
	remainder := func(i int) float64 {
		return float64(total)*float64(weights[i])/float64(sum) - float64(parts[i])
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(remainder(b), remainder(a)) })
	for _, i := range order[:left] {
		parts[i]++
	}
	if total < len(weights) {
		return parts
	}
	for i := range parts {
		if parts[i] == 0 {
			largest := slices.Index(parts, slices.Max(parts))
			parts[largest]--
			parts[i] = 1
		}
	}
	return parts
}

// mulDiv is a*b/c rounded down, for a product that may not fit 64 bits; a or b is at most c.
func mulDiv(a, b, c uint64) uint64 {
	high, low := bits.Mul64(a, b)
	quotient, _ := bits.Div64(high, low, c)
	return quotient
}

// mulDivUp is a*b/c rounded up.
func mulDivUp(a, b, c uint64) uint64 {
	high, low := bits.Mul64(a, b)
	quotient, rest := bits.Div64(high, low, c)
	if rest > 0 {
		quotient++
	}
	return quotient
}
