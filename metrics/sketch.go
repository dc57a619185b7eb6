package metrics

import (
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
// sum, smallest and largest value are exact. Sketches merge without further error. The zero value is empty.
// It is safe for concurrent use.
type Sketch struct {
	mu     sync.Mutex
	adding *dist   // nil unless values were added since it was last read
	packed compact // when adding is nil
}

// NewSketch returns an empty sketch.
func NewSketch() *Sketch { return &Sketch{} }

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
	if s.adding == nil {
		s.adding = s.packed.dist()
	}
	return s.adding.Add(v)
}

// Merge adds all values of o, which keeps them.
func (s *Sketch) Merge(o *Sketch) {
	values := o.compact() // so that two locks are never held at once
	s.mu.Lock()
	defer s.mu.Unlock()
	s.packed = s.pack().plus(values)
}

// compact returns the values.
func (s *Sketch) compact() compact {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pack()
}

// pack ends the adding of values; the caller holds the lock.
func (s *Sketch) pack() compact {
	if s.adding != nil {
		s.packed, s.adding = compactOf(s.adding), nil
	}
	return s.packed
}

// Count returns how many values were added.
func (s *Sketch) Count() int64 { return s.compact().summary().count }

// Sum returns the sum of the values.
func (s *Sketch) Sum() float64 { return s.compact().summary().sum }

// Min returns the smallest value, 0 when there is none.
func (s *Sketch) Min() float64 { return s.compact().summary().low }

// Max returns the largest value, 0 when there is none.
func (s *Sketch) Max() float64 { return s.compact().summary().high }

// Quantile returns the smallest value that a share q (0 to 1) of the values does not exceed, within RelativeError; 0 when there
// is none. So p99 of fewer than 100 values is the largest: a slow one among few is not left out.
func (s *Sketch) Quantile(q float64) float64 { return s.Quantiles(q)[0] }

// Quantiles is Quantile for several ascending q in one pass.
func (s *Sketch) Quantiles(q ...float64) []float64 { return s.compact().quantiles(q...) }

// Encode returns the sketch as bytes, in the encoding of the DDSketch libraries.
func (s *Sketch) Encode() []byte { return s.compact().encode() }

// DecodeSketch reads what Encode wrote. Bytes that are damaged, or of a sketch with another relative
// error, are an error.
func DecodeSketch(b []byte) (*Sketch, error) {
	values, err := decodeCompact(b)
	if err != nil {
		return nil, fmt.Errorf("decode sketch: %w", err)
	}
	return &Sketch{packed: values}, nil
}

var errDamaged = errors.New("the bytes are damaged")

// decodeCompact reads into sparse stores, where a forged index costs nothing, checks what it read, and only
// then fills the paged stores that we compute with. The library forgets errors of its stores: a cut
// sketch is known by counts that do not add up.
func decodeCompact(b []byte) (compact, error) {
	raw, err := ddsketch.DecodeDDSketchWithExactSummaryStatistics(b, store.SparseStoreConstructor, indexing)
	if err != nil {
		return "", err
	}
	if err := checkDist(raw); err != nil {
		return "", err
	}
	d := newDist()
	if err := d.MergeWith(raw); err != nil {
		return "", err
	}
	return compactOf(d), nil
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
	if !ok || !isCount(total) || total != d.GetCount() {
		return errDamaged
	}
	if total == 0 {
		return nil
	}
	low, high, sum := extreme(d.GetMinValue()), extreme(d.GetMaxValue()), d.GetSum()
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
	values, err := decodeCompact(b)
	if err != nil {
		return fmt.Errorf("decode sketch: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.adding, s.packed = nil, values
	return nil
}
