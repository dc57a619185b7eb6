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

// A binWriter builds a sketch. Bins come in ascending order, and one can come several times.
type binWriter struct {
	out              []byte
	coarse           uint
	last, bin, count uint64
}

func newBinWriter(out []byte, coarse uint, s summary) binWriter {
	out = append(out, byte(coarse))
	out = binary.AppendUvarint(out, uint64(s.count))
	for _, v := range []float64{s.sum, s.low, s.high} {
		out = binary.AppendUvarint(out, bits.ReverseBytes64(math.Float64bits(v))) // round numbers are short
	}
	return binWriter{out: out, coarse: coarse}
}

func (w *binWriter) add(bin, count uint64) {
	if bin != w.bin {
		w.flush()
		w.bin = bin
	}
	w.count += count
}

func (w *binWriter) flush() {
	if w.count > 0 {
		w.out = binary.AppendUvarint(w.out, w.bin-w.last)
		w.out = binary.AppendUvarint(w.out, w.count)
		w.last, w.count = w.bin, 0
	}
}

func (w *binWriter) sketch() Sketch {
	w.flush()
	return Sketch(w.out)
}
