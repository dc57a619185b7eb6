package metrics

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/bits"
)

var errDamaged = errors.New("decode sketch: the bytes are damaged")

// ReadSketch returns the sketch whose own bytes, []byte(s), these are. Unlike Encode they can be of one with coarse bins.
// Bytes that no sketch has are an error.
func ReadSketch(b []byte) (Sketch, error) {
	if len(b) == 0 {
		return "", nil
	}
	if b[0] > seriesCoarse {
		return "", errDamaged
	}
	coarse, in := uint(b[0]), checkedReader{rest: b[1:]}
	exact := summary{int64(in.uvarint()), in.float(), in.float(), in.float()}
	if in.failed || !exact.plausible() || !in.hasBins(coarse, exact) {
		return "", errDamaged
	}
	return Sketch(b), nil
}

// plausible says whether values can have this summary.
func (s summary) plausible() bool {
	return s.count > 0 && s.count < 1<<53 && refusal(s.low) == "" && refusal(s.high) == "" && s.low <= s.high &&
		s.sum >= s.high*(1-1e-9) && s.sum <= float64(s.count)*maxValue
}

// A checkedReader is a binReader of foreign bytes.
type checkedReader struct {
	rest   []byte
	failed bool
}

func (r *checkedReader) uvarint() uint64 {
	v, n := binary.Uvarint(r.rest)
	if n <= 0 || n > 1 && r.rest[n-1] == 0 { // cut, too long, or not the shortest form
		r.rest, r.failed = nil, true
		return 0
	}
	r.rest = r.rest[n:]
	return v
}

func (r *checkedReader) float() float64 {
	return math.Float64frombits(bits.ReverseBytes64(r.uvarint()))
}

// hasBins says whether what is left are bins that agree with the summary.
func (r *checkedReader) hasBins(coarse uint, exact summary) bool {
	lowest, highest := max(1, binOf(exact.low, coarse)), binOf(exact.high, coarse)
	bin, total := uint64(0), uint64(0)
	for first := true; len(r.rest) > 0; first = false {
		step, n := r.uvarint(), r.uvarint()
		bin += step
		zeros := first && bin == 0
		if r.failed || n == 0 || n >= 1<<53 || step > highest || !zeros && (step == 0 || bin < lowest || bin > highest) {
			return false
		}
		if total += n; total > uint64(exact.count) {
			return false
		}
	}
	return total == uint64(exact.count)
}

// A SketchColumn is the distributions of a metric over time.
type SketchColumn []Sketch

// MarshalJSON writes the bytes of each sketch.
func (c SketchColumn) MarshalJSON() ([]byte, error) {
	column := make([][]byte, len(c))
	for i, s := range c {
		column[i] = []byte(s)
	}
	return json.Marshal(column)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (c *SketchColumn) UnmarshalJSON(text []byte) error {
	var column [][]byte
	if err := json.Unmarshal(text, &column); err != nil {
		return err
	}
	*c = make(SketchColumn, len(column))
	for i, b := range column {
		s, err := ReadSketch(b)
		if err != nil {
			return fmt.Errorf("entry %d: %w", i, err)
		}
		(*c)[i] = s
	}
	return nil
}
