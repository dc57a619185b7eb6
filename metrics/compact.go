package metrics

import (
	"fmt"
	"math"

	"github.com/DataDog/sketches-go/ddsketch"
	"github.com/DataDog/sketches-go/ddsketch/stat"
	"github.com/DataDog/sketches-go/ddsketch/store"
)

// A compact is a distribution in few bytes, for what is kept by the hundred thousand: some 20, and two for each bin
// that has values. It never changes; the zero value is empty. Count, sum, smallest and largest value are exact. Its
// bins are those of a Sketch, or 2^coarse neighbours are one: the relative error of a percentile is then about
// 2^coarse %.
//
// The bytes are coarse, the count, the other three, and for each bin in ascending order the step from the bin before
// and how many values it has. See binReader and binWriter.
type compact string

// summary is what a compact knows exactly.
type summary struct {
	count          int64
	sum, low, high float64
}

func (s summary) plus(o summary) summary {
	switch {
	case s.count == 0:
		return o
	case o.count == 0:
		return s
	}
	return summary{s.count + o.count, s.sum + o.sum, min(s.low, o.low), max(s.high, o.high)}
}

// lowestIndex is the bin of the smallest value that has one; smaller values are in bin 0, with the zeros.
var lowestIndex = indexing.Index(indexing.MinIndexableValue())

// compactOf returns the values of a distribution.
func compactOf(d *dist) compact {
	if d.GetCount() == 0 {
		return ""
	}
	var scratch [1024]byte
	w := newBinWriter(scratch[:0], 0, summary{int64(d.GetCount()), d.GetSum(), extreme(d.GetMinValue()), extreme(d.GetMaxValue())})
	w.add(0, uint64(d.GetZeroCount()))
	d.GetPositiveValueStore().ForEach(func(index int, count float64) bool {
		w.add(uint64(index-lowestIndex)+1, uint64(count))
		return false
	})
	return w.compact()
}

// extreme takes the smallest or largest value of a sketch that has one: its one error is that there is none.
func extreme(v float64, _ error) float64 { return v }

// coarser returns the values with bins of which 2^coarse are one.
func (c compact) coarser(coarse uint) compact {
	if c == "" {
		return ""
	}
	bins, s := c.open()
	var scratch [1024]byte
	w := newBinWriter(scratch[:0], coarse, s)
	for bins.next() {
		w.add(bins.at(coarse), bins.count)
	}
	return w.compact()
}

// plus returns the values of both, with the coarser bins.
func (c compact) plus(o compact) compact {
	switch {
	case c == "":
		return o
	case o == "":
		return c
	}
	a, sumA := c.open()
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
	return w.compact()
}

// sumOf returns the values of all, with the coarsest bins among them. Many it counts in one array, which is cheaper
// than to add them up one by one.
func sumOf(all []compact) compact {
	var counts [2048]uint64
	sum, coarse, first := extent(all)
	last := binOf(sum.high, coarse)
	switch n := len(all); {
	case n == 0:
		return ""
	case n == 1:
		return all[0]
	case n == 2 || sum.count == 0 || last-first >= uint64(len(counts)):
		return sumOf(all[:n/2]).plus(sumOf(all[n/2:]))
	}
	var scratch [512]byte
	w := newBinWriter(scratch[:0], coarse, sum)
	for _, c := range all {
		for bins, _ := c.open(); bins.next(); {
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
	return w.compact()
}

// extent returns the summary of all, the coarsest of their bins, and the first one that is not of zeros.
func extent(all []compact) (sum summary, coarse uint, first uint64) {
	for _, c := range all {
		bins, s := c.open()
		sum, coarse = sum.plus(s), max(coarse, bins.coarse)
	}
	first = math.MaxUint64
	for _, c := range all {
		bins, _ := c.open()
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

func (c compact) summary() summary {
	_, s := c.open()
	return s
}

// rankSlack keeps products such as 0.07 * 100, which is a little over 7, at the rank that is meant.
const rankSlack = 1e-9

// quantiles returns, for each q, the smallest value that a share q of the values does not exceed; q ascends. The
// library's method rounds ranks down: its p95 of four values is the third.
func (c compact) quantiles(q ...float64) []float64 {
	values := make([]float64, len(q))
	bins, s := c.open()
	next, seen := 0, 0.0
	for next < len(q) && bins.next() {
		seen += float64(bins.count)
		for next < len(q) && seen >= q[next]*float64(s.count)*(1-rankSlack) {
			values[next] = min(max(bins.value(), s.low), s.high)
			next++
		}
	}
	for i := range q {
		switch q[i] {
		case 0:
			values[i] = s.low
		case 1:
			values[i] = s.high
		}
	}
	return values
}

// dist returns the distribution. The bins must not be coarse.
func (c compact) dist() *dist {
	bins, s := c.open()
	if bins.coarse != 0 {
		panic("metrics: a compact with coarse bins is no sketch any more")
	}
	if s.count == 0 {
		return newDist()
	}
	zeros, positive := uint64(0), store.NewDenseStore()
	for bins.next() {
		if bins.bin == 0 {
			zeros = bins.count
		} else {
			positive.AddWithCount(lowestIndex+int(bins.bin)-1, float64(bins.count))
		}
	}
	d := ddsketch.NewDDSketch(indexing, positive, store.NewDenseStore())
	if err := d.AddWithCount(0, float64(zeros)); err != nil {
		panic(fmt.Sprintf("metrics: add zeros to a sketch: %v", err))
	}
	exact, err := stat.NewSummaryStatisticsFromData(float64(s.count), s.sum, s.low, s.high)
	if err != nil {
		panic(fmt.Sprintf("metrics: summary of a sketch: %v", err))
	}
	whole, err := ddsketch.NewDDSketchWithExactSummaryStatisticsFromData(d, exact)
	if err != nil {
		panic(fmt.Sprintf("metrics: sketch with its summary: %v", err))
	}
	return whole
}

// encode returns the bytes of a Sketch, in the encoding of the DDSketch libraries.
func (c compact) encode() []byte {
	var b []byte
	c.dist().Encode(&b, false)
	return b
}
