// Package shape owns the arithmetic of load: how many users there are to be at a moment, and when iterations are due.
// Everything here is a pure function of the time since the start of a scenario. There is no clock, no goroutine and no
// randomness, so that a load can be drawn, divided and tested without running it. Package runner starts the users.
package shape

import "math/bits"

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
