package metrics

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"sync"

	"github.com/DataDog/sketches-go/ddsketch"
	"github.com/DataDog/sketches-go/ddsketch/mapping"
	"github.com/DataDog/sketches-go/ddsketch/store"
)

// RelativeError is the error of every percentile, relative to the true value.
const RelativeError = 0.01

// maxValue is the largest value that a sketch takes; more than 30 years in microseconds. It bounds what a
// decoded sketch can make us allocate.
const maxValue = 1e15

// dist is a distribution: a DDSketch with exact count, sum, smallest and largest value. Unlike Sketch it
// belongs to one goroutine at a time.
type dist = ddsketch.DDSketchWithExactSummaryStatistics

// A Sketch is a distribution of values from 0 to 1e15. Its percentiles are within RelativeError; count,
// sum, smallest and largest value are exact. Sketches merge without further error. The zero value is not
// usable: see NewSketch. It is safe for concurrent use.
type Sketch struct {
	mu     sync.Mutex
	d      *dist  // nil while packed
	packed []byte // the encoded sketch, until it is first computed with
}

// NewSketch returns an empty sketch.
func NewSketch() *Sketch { return &Sketch{d: newDist()} }

// indexing never changes; it is shared by all sketches.
var indexing = newMapping()

func newMapping() mapping.IndexMapping {
	m, err := mapping.NewLogarithmicMapping(RelativeError)
	if err != nil {
		panic(fmt.Sprintf("metrics: a relative error of %v is refused: %v", RelativeError, err))
	}
	return m
}

func newDist() *dist {
	return ddsketch.NewDDSketchWithExactSummaryStatistics(indexing, store.BufferedPaginatedStoreConstructor)
}

// refusal says why a sketch does not take the value; it is empty for one that it takes.
func refusal(v float64) string {
	switch {
	case math.IsNaN(v):
		return "not a number"
	case v < 0:
		return "negative"
	case v > maxValue:
		return "too large"
	}
	return ""
}

// Add records a value. A negative one, one above 1e15 and NaN are an error.
func (s *Sketch) Add(v float64) error {
	if why := refusal(v); why != "" {
		return fmt.Errorf("add %v to a sketch: it is %s", v, why)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.unpacked().Add(v)
}

// Merge adds all values of o, which keeps them.
func (s *Sketch) Merge(o *Sketch) {
	d := o.copy().d // so that two locks are never held at once
	s.mu.Lock()
	defer s.mu.Unlock()
	mergeDist(s.unpacked(), d)
}

// copy returns a sketch of the same values, which is not packed.
func (s *Sketch) copy() *Sketch {
	s.mu.Lock()
	defer s.mu.Unlock()
	return &Sketch{d: s.unpacked().Copy()}
}

// pack makes the sketch small until it is computed with again.
func (s *Sketch) pack() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.d != nil {
		s.d, s.packed = nil, encodeDist(s.d)
	}
}

// mergeDist adds src to dst. It cannot fail: every dist has the same mapping.
func mergeDist(dst, src *dist) {
	if err := dst.MergeWith(src); err != nil {
		panic(fmt.Sprintf("metrics: merge sketches of one mapping: %v", err))
	}
}

// mergeInto adds the values of s to a distribution.
func (s *Sketch) mergeInto(d *dist) {
	s.mu.Lock()
	defer s.mu.Unlock()
	mergeDist(d, s.unpacked())
}

// Count returns how many values were added.
func (s *Sketch) Count() int64 { return int64(s.read((*dist).GetCount)) }

// Sum returns the sum of the values.
func (s *Sketch) Sum() float64 { return s.read((*dist).GetSum) }

// Min returns the smallest value, 0 when there is none.
func (s *Sketch) Min() float64 { return s.read(minOf) }

// Max returns the largest value, 0 when there is none.
func (s *Sketch) Max() float64 { return s.read(maxOf) }

// Quantile returns the smallest value that a share q (0 to 1) of the values does not exceed, within RelativeError; 0 when there
// is none. So p99 of fewer than 100 values is the largest: a slow one among few is not left out.
func (s *Sketch) Quantile(q float64) float64 {
	return s.read(func(d *dist) float64 { return quantiles(d, q)[0] })
}

// Quantiles is Quantile for several ascending q in one pass.
func (s *Sketch) Quantiles(q ...float64) []float64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return quantiles(s.unpacked(), q...)
}

func (s *Sketch) read(f func(*dist) float64) float64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return f(s.unpacked())
}

// unpacked returns the distribution; the caller holds the lock.
func (s *Sketch) unpacked() *dist {
	if s.d == nil {
		s.d, s.packed = mustDecode(s.packed), nil
	}
	return s.d
}

// mustDecode reads bytes that were encoded here or checked before.
func mustDecode(b []byte) *dist {
	d, err := decodeDist(b)
	if err != nil {
		panic(fmt.Sprintf("metrics: unpack a sketch: %v", err))
	}
	return d
}

func minOf(d *dist) float64 {
	if d.GetCount() == 0 {
		return 0
	}
	v, _ := d.GetMinValue() // its one error is an empty sketch
	return v
}

func maxOf(d *dist) float64 {
	if d.GetCount() == 0 {
		return 0
	}
	v, _ := d.GetMaxValue()
	return v
}

// quantiles is Quantile for several ascending q.
func quantiles(d *dist, q ...float64) []float64 { return compactOf(d, 0).quantiles(q...) }

// compact returns the values with bins of which 2^coarse are one.
func (s *Sketch) compact(coarse uint) compact {
	s.mu.Lock()
	defer s.mu.Unlock()
	return compactOf(s.unpacked(), coarse)
}

// Encode returns the sketch as bytes, in the encoding of the DDSketch libraries.
func (s *Sketch) Encode() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.d == nil {
		return bytes.Clone(s.packed)
	}
	return encodeDist(s.d)
}

func encodeDist(d *dist) []byte {
	var b []byte
	d.Encode(&b, false)
	return b
}

// DecodeSketch reads what Encode wrote. Bytes that are damaged, or of a sketch with another relative
// error, are an error.
func DecodeSketch(b []byte) (*Sketch, error) {
	d, err := decodeDist(b)
	if err != nil {
		return nil, fmt.Errorf("decode sketch: %w", err)
	}
	return &Sketch{d: d}, nil
}

var errDamaged = errors.New("the bytes are damaged")

// decodeDist reads into sparse stores, where a forged index costs nothing, checks what it read, and only
// then fills the paged stores that we compute with. The library forgets errors of its stores: a cut
// sketch is known by counts that do not add up.
func decodeDist(b []byte) (*dist, error) {
	raw, err := ddsketch.DecodeDDSketchWithExactSummaryStatistics(b, store.SparseStoreConstructor, indexing)
	if err != nil {
		return nil, err
	}
	if err := checkDist(raw); err != nil {
		return nil, err
	}
	d := newDist()
	mergeDist(d, raw)
	return d, nil
}

func checkDist(d *dist) error {
	if !d.GetNegativeValueStore().IsEmpty() {
		return errDamaged
	}
	lowest, highest := indexing.Index(indexing.MinIndexableValue()), indexing.Index(maxValue)
	total, ok := d.GetZeroCount(), isCount(d.GetZeroCount())
	d.GetPositiveValueStore().ForEach(func(index int, count float64) bool {
		ok = ok && isCount(count) && index >= lowest && index <= highest
		total += count
		return !ok
	})
	if !ok || total != d.GetCount() {
		return errDamaged
	}
	if total == 0 {
		return nil
	}
	low, high := minOf(d), maxOf(d)
	sum := d.GetSum()
	if refusal(low) != "" || refusal(high) != "" || low > high || !(sum >= high*(1-1e-9) && sum <= total*maxValue) {
		return errDamaged
	}
	return nil
}

func isCount(v float64) bool { return v >= 0 && v == math.Trunc(v) && v < 1<<53 }

// MarshalText returns the encoded sketch in base64, so that it can stand in JSON.
func (s *Sketch) MarshalText() ([]byte, error) {
	return base64.StdEncoding.AppendEncode(nil, s.Encode()), nil
}

// UnmarshalText reads what MarshalText wrote.
func (s *Sketch) UnmarshalText(text []byte) error {
	b, err := base64.StdEncoding.AppendDecode(nil, text)
	if err != nil {
		return fmt.Errorf("decode sketch: %w", err)
	}
	// Decoded to check it, kept packed: a Result holds many that nobody computes with.
	if _, err := decodeDist(b); err != nil {
		return fmt.Errorf("decode sketch: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.d, s.packed = nil, b
	return nil
}
