package shape

import (
	"math"
	"math/big"
	"slices"
	"sort"
	"time"
)

// Arrivals say when iterations of the open model are due.
type Arrivals interface {
	// Due returns when iteration n, counted from 0, is due after the start. ok is false when there are not so many.
	Due(n int64) (at time.Duration, ok bool)
}

// mostArrivals is more than a scenario can have.
const mostArrivals = 1 << 40

// From returns the first iteration from n on that is not due before elapsed; when there is none, the number after the
// last one. Due never falls, so that it can be searched for.
func From(a Arrivals, n int64, elapsed time.Duration) int64 {
	return n + int64(sort.Search(mostArrivals, func(i int) bool {
		at, ok := a.Due(n + int64(i))
		return !ok || at >= elapsed
	}))
}

// A ConstantRate makes iterations at even intervals for Duration; the first one is due at once.
type ConstantRate struct {
	Rate     Rate
	Duration time.Duration
}

// Due implements Arrivals.
func (c ConstantRate) Due(n int64) (time.Duration, bool) {
	if c.Rate.Count < 1 || n > math.MaxInt64/2 {
		return 0, false
	}
	// In parts, since n times Per may not fit 64 bits.
	rounds, rest := n/c.Rate.Count, n%c.Rate.Count
	if rounds > int64(c.Duration)/int64(c.Rate.Per) {
		return 0, false
	}
	at := time.Duration(rounds)*c.Rate.Per + time.Duration(mulDiv(uint64(rest), uint64(c.Rate.Per), uint64(c.Rate.Count)))
	return at, at < c.Duration
}

// A RateStage leads from the rate before it to Rate, evenly over Duration. A Duration of 0 jumps.
type RateStage struct {
	Duration time.Duration
	Rate     Rate
}

// A RampingRate goes through stages one after the other. Iteration n is due when the area under the
// rate has reached n. It never changes once it is made.
type RampingRate struct{ ramps []ramp }

// A ramp is a stage with what is known beforehand: how many iterations are due before it.
type ramp struct {
	began, length time.Duration
	first, end    int64   // iterations that are due in it: first up to end-1
	offset        float64 // the area in the stage at which first is due: 0 to 1
	from, to      float64 // in iterations for each nanosecond
}

// NewRampingRate returns the shape that begins with the rate from.
func NewRampingRate(from Rate, stages []RateStage) *RampingRate {
	r := &RampingRate{}
	area, began := new(big.Rat), time.Duration(0)
	for _, s := range stages {
		start, end := from.exact(), s.Rate.exact()
		from = s.Rate
		if s.Duration <= 0 {
			continue
		}
		next := new(big.Rat).Add(start, end)
		next.Mul(next, big.NewRat(int64(s.Duration), 2)).Add(next, area)
		one := ramp{began: began, length: s.Duration, first: ceil(area), end: ceil(next)}
		one.offset, _ = new(big.Rat).Sub(new(big.Rat).SetInt64(one.first), area).Float64()
		one.from, _ = start.Float64()
		one.to, _ = end.Float64()
		r.ramps = append(r.ramps, one)
		area, began = next, began+s.Duration
	}
	return r
}

func ceil(r *big.Rat) int64 {
	quotient, rest := new(big.Int).DivMod(r.Num(), r.Denom(), new(big.Int))
	if rest.Sign() > 0 {
		quotient.Add(quotient, big.NewInt(1))
	}
	return quotient.Int64()
}

// Due implements Arrivals.
func (r *RampingRate) Due(n int64) (time.Duration, bool) {
	i, _ := slices.BinarySearchFunc(r.ramps, n, func(one ramp, n int64) int {
		if one.end <= n {
			return -1
		}
		return 1
	})
	if i == len(r.ramps) || n < 0 {
		return 0, false
	}
	return r.ramps[i].due(n), true
}

// due solves from*t + (to-from)/(2*length)*t*t = area for t.
func (s ramp) due(n int64) time.Duration {
	area := float64(n-s.first) + s.offset
	if area <= 0 {
		return s.began
	}
	slope := (s.to - s.from) / float64(s.length)
	root := math.Sqrt(max(0, s.from*s.from+2*slope*area))
	inside := time.Duration(2 * area / (s.from + root)) // this form stays exact where the slope is nearly 0
	return s.began + min(max(inside, 0), s.length-1)
}
