package metrics

import (
	"encoding/base64"
	"errors"
	"fmt"
	"iter"
	"math"

	"github.com/DataDog/sketches-go/ddsketch"
	"github.com/DataDog/sketches-go/ddsketch/mapping"
	"github.com/DataDog/sketches-go/ddsketch/stat"
	"github.com/DataDog/sketches-go/ddsketch/store"
)

// RelativeError is the error of every percentile, relative to the true value.
const RelativeError = 0.01

// maxValue is the largest value that a sketch takes; more than 30 years in microseconds. It bounds what a
// decoded sketch can make us allocate.
const maxValue = 1e15

// A Sketch is a distribution of values from 0 to 1e15 in few bytes: some 20, and two for each bin that has values. It
// never changes; the zero value is empty. Its percentiles are within RelativeError; count, sum, smallest and largest
// value are exact. Sketches merge without further error.
//
// Its bins are those of a DDSketch, or 2^coarse neighbours are one: the relative error of a percentile is then about
// 2^coarse %. The bytes are coarse, the count, the other three, and for each bin in ascending order the step from the
// bin before and how many values it has. See binReader and binWriter.
type Sketch string

// summary is what a sketch knows exactly.
type summary struct {
	count          int64
	sum, low, high float64
}

func (s Sketch) summary() summary {
	_, exact := s.open()
	return exact
}

// Count returns how many values there are.
func (s Sketch) Count() int64 { return s.summary().count }

// Sum returns the sum of the values.
func (s Sketch) Sum() float64 { return s.summary().sum }

// Min returns the smallest value, 0 when there is none.
func (s Sketch) Min() float64 { return s.summary().low }

// Max returns the largest value, 0 when there is none.
func (s Sketch) Max() float64 { return s.summary().high }

// Quantile returns the smallest value that a share q (0 to 1) of the values does not exceed, within RelativeError; 0 when there
// is none. So p99 of fewer than 100 values is the largest: a slow one among few is not left out.
func (s Sketch) Quantile(q float64) float64 { return s.Quantiles(q)[0] }

// rankSlack keeps products such as 0.07 * 100, which is a little over 7, at the rank that is meant.
const rankSlack = 1e-9

// Quantiles is Quantile for several ascending q in one pass. The library's method rounds ranks down: its p95 of four
// values is the third.
func (s Sketch) Quantiles(q ...float64) []float64 {
	values := make([]float64, len(q))
	bins, exact := s.open()
	next, seen := 0, 0.0
	for next < len(q) && bins.next() {
		seen += float64(bins.count)
		for next < len(q) && seen >= q[next]*float64(exact.count)*(1-rankSlack) {
			values[next] = min(max(bins.value(), exact.low), exact.high)
			next++
		}
	}
	for i := range q {
		switch q[i] {
		case 0:
			values[i] = exact.low
		case 1:
			values[i] = exact.high
		}
	}
	return values
}

// Bins returns the values with how often each occurs, in ascending order. All values of a bin are given as one, which is
// within RelativeError of each, and stays the same when values are added: what is made of bins only grows.
func (s Sketch) Bins() iter.Seq2[float64, int64] {
	return func(yield func(value float64, count int64) bool) {
		for bins, _ := s.open(); bins.next(); {
			if !yield(bins.value(), int64(bins.count)) {
				return
			}
		}
	}
}

// dist is a distribution that values are added to. It belongs to one goroutine at a time.
type dist = ddsketch.DDSketchWithExactSummaryStatistics

// indexing never changes; it is shared by all sketches.
var indexing = must(mapping.NewLogarithmicMapping(RelativeError))

func newDist() *dist {
	return ddsketch.NewDDSketchWithExactSummaryStatistics(indexing, store.BufferedPaginatedStoreConstructor)
}

// must returns the result of a library call that cannot fail on data we have checked.
func must[T any](result T, err error) T {
	if err != nil {
		panic(fmt.Sprintf("metrics: the sketch library refuses checked data: %v", err))
	}
	return result
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

// lowestIndex is the bin of the smallest value that has one; smaller values are in bin 0, with the zeros.
var lowestIndex = indexing.Index(indexing.MinIndexableValue())

// sketchOf returns the values of a distribution.
func sketchOf(d *dist) Sketch {
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
	return w.sketch()
}

// extreme takes the smallest or largest value of a sketch that has one: its one error is that there is none.
func extreme(v float64, _ error) float64 { return v }

// dist returns the distribution. The bins must not be coarse.
func (s Sketch) dist() *dist {
	bins, exact := s.open()
	if bins.coarse != 0 {
		panic("metrics: a sketch with coarse bins cannot be encoded")
	}
	if exact.count == 0 {
		return newDist()
	}
	d := ddsketch.NewDDSketch(indexing, store.NewDenseStore(), store.NewDenseStore())
	for bins.next() {
		if bins.bin == 0 {
			must(d, d.AddWithCount(0, float64(bins.count)))
		} else {
			d.GetPositiveValueStore().AddWithCount(lowestIndex+int(bins.bin)-1, float64(bins.count))
		}
	}
	return must(ddsketch.NewDDSketchWithExactSummaryStatisticsFromData(d,
		must(stat.NewSummaryStatisticsFromData(float64(exact.count), exact.sum, exact.low, exact.high))))
}

// Encode returns the sketch as bytes, in the encoding of the DDSketch libraries.
func (s Sketch) Encode() []byte {
	var b []byte
	s.dist().Encode(&b, false)
	return b
}

// DecodeSketch reads what Encode wrote. Bytes that are damaged, or of a sketch with another relative
// error, are an error. It reads into sparse stores, where a forged index costs nothing, checks what it read, and only
// then fills the paged stores that have their bins in order.
func DecodeSketch(b []byte) (Sketch, error) {
	raw, err := ddsketch.DecodeDDSketchWithExactSummaryStatistics(b, store.SparseStoreConstructor, indexing)
	if err != nil {
		return "", fmt.Errorf("decode sketch: %w", err)
	}
	if !sound(raw) {
		return "", errors.New("decode sketch: the bytes are damaged")
	}
	d := newDist()
	if err := d.MergeWith(raw); err != nil {
		return "", fmt.Errorf("decode sketch: %w", err)
	}
	return sketchOf(d), nil
}

// sound says whether a decoded sketch makes sense. The library forgets errors of its stores: a cut sketch is known by
// counts that do not add up.
func sound(d *dist) bool {
	highest := indexing.Index(maxValue)
	total, ok := d.GetZeroCount(), d.GetNegativeValueStore().IsEmpty() && isCount(d.GetZeroCount())
	d.GetPositiveValueStore().ForEach(func(index int, count float64) bool {
		ok = ok && isCount(count) && index >= lowestIndex && index <= highest
		total += count
		return !ok
	})
	if !ok || !isCount(total) || total != d.GetCount() {
		return false
	}
	low, high, sum := extreme(d.GetMinValue()), extreme(d.GetMaxValue()), d.GetSum()
	return total == 0 || refusal(low) == "" && refusal(high) == "" && low <= high && sum >= high*(1-1e-9) && sum <= total*maxValue
}

func isCount(v float64) bool { return v >= 0 && v == math.Trunc(v) && v < 1<<53 }

// MarshalText returns the encoded sketch in base64, so that it can stand in JSON.
func (s Sketch) MarshalText() ([]byte, error) {
	return base64.StdEncoding.AppendEncode(nil, s.Encode()), nil
}

// UnmarshalText reads what MarshalText wrote.
func (s *Sketch) UnmarshalText(text []byte) error {
	b, err := base64.StdEncoding.AppendDecode(nil, text)
	if err != nil {
		return fmt.Errorf("decode sketch: %w", err)
	}
	*s, err = DecodeSketch(b)
	return err
}
