package metrics

import (
	"encoding/binary"
	"math"
	"math/bits"
)

// A binReader reads the bins of a sketch.
type binReader struct {
	rest       string
	coarse     uint
	bin, count uint64
}

func (s Sketch) open() (binReader, summary) {
	if s == "" {
		return binReader{}, summary{}
	}
	r := binReader{rest: string(s[1:]), coarse: uint(s[0])}
	return r, summary{int64(r.uvarint()), r.float(), r.float(), r.float()}
}

func (r *binReader) next() bool {
	if r.rest == "" {
		return false
	}
	r.bin += r.uvarint()
	r.count = r.uvarint()
	return true
}

// at returns the bin among coarser ones.
func (r *binReader) at(coarse uint) uint64 {
	if r.bin == 0 {
		return 0
	}
	return (r.bin-1)>>(coarse-r.coarse) + 1
}

// value is at the same relative distance from both ends of the bin.
func (r *binReader) value() float64 {
	if r.bin == 0 {
		return 0
	}
	first := int(r.bin-1)<<r.coarse + lowestIndex
	if r.coarse == 0 {
		return indexing.Value(first)
	}
	low, high := indexing.LowerBound(first), indexing.LowerBound(first+1<<r.coarse)
	return low * (2 / (1 + low/high))
}

func (r *binReader) float() float64 { return math.Float64frombits(bits.ReverseBytes64(r.uvarint())) }

func (r *binReader) uvarint() (v uint64) {
	for i := 0; ; i++ {
		b := r.rest[i]
		v |= uint64(b&0x7f) << (7 * i)
		if b < 0x80 {
			r.rest = r.rest[i+1:]
			return v
		}
	}
}

// lowerBound is where a bin begins.
func lowerBound(bin uint64, coarse uint) float64 {
	if bin == 0 {
		return 0
	}
	return indexing.LowerBound(int(bin-1)<<coarse + lowestIndex)
}

// binOf returns the bin of a value.
func binOf(v float64, coarse uint) uint64 {
	if v < smallestBinned {
		return 0
	}
	return uint64(indexing.Index(v)-lowestIndex)>>coarse + 1
}

// tallySpace is how many bins most tallies need at most: their largest value is 1e8 times their smallest one.
const tallySpace = 1024

// A tally counts values by bin.
type tally struct {
	zeros  uint64 // in bin 0
	first  uint64 // the bin of counts[0]
	counts []uint64
}

// newTally counts in space, if that is enough for the bins from first to last.
func newTally(space []uint64, first, last uint64) tally {
	if last < first { // there are zeros only
		return tally{}
	}
	n := last - first + 1
	if n > uint64(len(space)) {
		space = make([]uint64, n)
	}
	return tally{first: first, counts: space[:n]}
}

func (t *tally) add(bin, n uint64) {
	if bin == 0 {
		t.zeros += n
	} else {
		t.counts[bin-t.first] += n
	}
}

func (t *tally) sketch(coarse uint, exact summary) Sketch {
	var space [1024]byte
	out := append(space[:0], byte(coarse))
	out = binary.AppendUvarint(out, uint64(exact.count))
	for _, v := range []float64{exact.sum, exact.low, exact.high} {
		out = binary.AppendUvarint(out, bits.ReverseBytes64(math.Float64bits(v))) // round numbers are short
	}
	if t.zeros > 0 {
		out = binary.AppendUvarint(append(out, 0), t.zeros)
	}
	last := uint64(0)
	for i, n := range t.counts {
		if n > 0 {
			bin := t.first + uint64(i)
			out = binary.AppendUvarint(binary.AppendUvarint(out, bin-last), n)
			last = bin
		}
	}
	return Sketch(out)
}
