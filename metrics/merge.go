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

// coarser returns the values with bins of which 2^coarse are one.
func (s Sketch) coarser(coarse uint) Sketch {
	if s == "" {
		return ""
	}
	bins, exact := s.open()
	var scratch [1024]byte
	w := newBinWriter(scratch[:0], coarse, exact)
	for bins.next() {
		w.add(bins.at(coarse), bins.count)
	}
	return w.sketch()
}

// Plus returns the values of both, with the coarser bins.
func (s Sketch) Plus(o Sketch) Sketch {
	switch {
	case s == "":
		return o
	case o == "":
		return s
	}
	a, sumA := s.open()
	b, sumB := o.open()
	var scratch [1024]byte
	w := newBinWriter(scratch[:0], max(a.coarse, b.coarse), sumA.plus(sumB))
	moreA, moreB := a.next(), b.next()
	for moreA || moreB {
		if binA, binB := a.at(w.coarse), b.at(w.coarse); !moreB || moreA && binA <= binB {
			w.add(binA, a.count)
			moreA = a.next()
		} else {
			w.add(binB, b.count)
			moreB = b.next()
		}
	}
	return w.sketch()
}

// sumOf returns the values of all, with the coarsest bins among them. Many it counts in one array, which is cheaper
// than to add them up one by one.
func sumOf(all []Sketch) Sketch {
	var counts [2048]uint64
	sum, coarse, first := extent(all)
	last := binOf(sum.high, coarse)
	switch n := len(all); {
	case n == 0:
		return ""
	case n == 1:
		return all[0]
	case n == 2 || sum.count == 0 || last-first >= uint64(len(counts)):
		return sumOf(all[:n/2]).Plus(sumOf(all[n/2:]))
	}
	var scratch [512]byte
	w := newBinWriter(scratch[:0], coarse, sum)
	for _, one := range all {
		for bins, _ := one.open(); bins.next(); {
			if bin := bins.at(coarse); bin == 0 {
				w.add(0, bins.count)
			} else {
				counts[bin-first] += bins.count
			}
		}
	}
	for i, n := range counts[:last-first+1] {
		if n > 0 {
			w.add(first+uint64(i), n)
		}
	}
	return w.sketch()
}

// extent returns the summary of all, the coarsest of their bins, and the first one that is not of zeros.
func extent(all []Sketch) (sum summary, coarse uint, first uint64) {
	for _, one := range all {
		bins, exact := one.open()
		sum, coarse = sum.plus(exact), max(coarse, bins.coarse)
	}
	first = math.MaxUint64
	for _, one := range all {
		bins, _ := one.open()
		for more := bins.next(); more; more = bins.bin == 0 && bins.next() {
			if bins.bin > 0 {
				first = min(first, bins.at(coarse))
			}
		}
	}
	return sum, coarse, first
}

// binOf returns the bin of a value.
func binOf(v float64, coarse uint) uint64 {
	if v < indexing.MinIndexableValue() {
		return 0
	}
	return uint64(indexing.Index(v)-lowestIndex)>>coarse + 1
}
