package metrics

import "math"

func (s summary) plus(o summary) summary {
	switch {
	case s.count == 0:
		return o
	case o.count == 0:
		return s
	}
	return summary{s.count + o.count, s.sum + o.sum, min(s.low, o.low), max(s.high, o.high)}
}

// Plus returns the values of both, with the coarser bins.
func (s Sketch) Plus(o Sketch) Sketch {
	switch {
	case s == "":
		return o
	case o == "":
		return s
	}
	return sumOf(0, s, o)
}

// Minus returns the values of s without those of o; ok is false when these are not among them. The smallest and the largest
// value are then known as exactly as percentiles are.
func (s Sketch) Minus(o Sketch) (rest Sketch, ok bool) {
	if o == "" {
		return s, true
	}
	own, all := s.open()
	others, gone := o.open()
	coarse, left := max(own.coarse, others.coarse), make(map[uint64]int64)
	for own.next() {
		left[own.at(coarse)] += int64(own.count)
	}
	for others.next() {
		left[others.at(coarse)] -= int64(others.count)
	}
	bins := newTally(nil, max(1, binOf(all.low, coarse)), binOf(all.high, coarse))
	lowest, highest := uint64(math.MaxUint64), uint64(0)
	for bin, n := range left {
		if n < 0 {
			return "", false
		}
		if n > 0 {
			bins.add(bin, uint64(n))
			lowest, highest = min(lowest, bin), max(highest, bin)
		}
	}
	if all.count == gone.count {
		return "", true
	}
	exact := summary{count: all.count - gone.count, sum: max(all.sum-gone.sum, lowerBound(highest, coarse))}
	exact.low = max(all.low, lowerBound(lowest, coarse))
	exact.high = max(min(all.high, lowerBound(highest+1, coarse), exact.sum), lowerBound(highest, coarse), exact.low)
	return bins.sketch(coarse, exact), true
}

// sumOf returns the values of all, with the coarsest bins among them: at least coarse ones.
func sumOf(coarse uint, all ...Sketch) Sketch {
	var space [64]binReader
	readers, sum := space[:0], summary{}
	for _, one := range all {
		bins, exact := one.open()
		readers, sum, coarse = append(readers, bins), sum.plus(exact), max(coarse, bins.coarse)
	}
	if sum.count == 0 {
		return ""
	}
	first := uint64(math.MaxUint64)
	for _, bins := range readers {
		for more := bins.next(); more; more = bins.bin == 0 && bins.next() {
			if bins.bin > 0 {
				first = min(first, bins.at(coarse))
			}
		}
	}
	var counts [tallySpace]uint64
	t := newTally(counts[:], first, binOf(sum.high, coarse))
	for i := range readers {
		for bins := &readers[i]; bins.next(); {
			t.add(bins.at(coarse), bins.count)
		}
	}
	return t.sketch(coarse, sum)
}

// SketchOf returns the distribution of values, each from 0 to 1e15.
func SketchOf(values []float64) Sketch {
	if len(values) == 0 {
		return ""
	}
	sum, smallest := summary{}, math.Inf(1) // the smallest that has a bin
	for _, v := range values {
		sum = sum.plus(summary{1, v, v, v})
		if v >= smallestBinned {
			smallest = min(smallest, v)
		}
	}
	var space [tallySpace]uint64
	t := newTally(space[:], binOf(min(smallest, maxValue), 0), binOf(sum.high, 0))
	for _, v := range values {
		t.add(binOf(v, 0), 1)
	}
	return t.sketch(0, sum)
}
