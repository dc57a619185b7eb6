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
// bin before and how many values it has. See binReader and tally.
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

// indexing never changes; it is shared by all sketches.
var indexing = must(mapping.NewLogarithmicMapping(RelativeError))

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

// smallestBinned is the smallest value that gets a bin; smaller ones are in bin 0, with the zeros. With maxValue it bounds the
// bins of a sketch to some 2,800.
const smallestBinned = 1e-9

// lowestIndex is the bin from which bins are numbered. A sketch of an earlier version may have smaller values in it.
var lowestIndex = indexing.Index(indexing.MinIndexableValue())

// Encode returns the sketch as bytes, in the encoding of the DDSketch libraries. Its bins must not be coarse.
func (s Sketch) Encode() (encoded []byte) {
	bins, exact := s.open()
	if bins.coarse != 0 {
		panic("metrics: a sketch with coarse bins cannot be encoded")
	}
	plain, summary := ddsketch.NewDDSketch(indexing, store.NewDenseStore(), store.NewDenseStore()), stat.NewSummaryStatistics()
	for bins.next() {
		if bins.bin == 0 {
			must(plain, plain.AddWithCount(0, float64(bins.count)))
		} else {
			plain.GetPositiveValueStore().AddWithCount(lowestIndex+int(bins.bin)-1, float64(bins.count))
		}
	}
	if exact.count > 0 {
		summary = must(stat.NewSummaryStatisticsFromData(float64(exact.count), exact.sum, exact.low, exact.high))
	}
	must(ddsketch.NewDDSketchWithExactSummaryStatisticsFromData(plain, summary)).Encode(&encoded, false)
	return encoded
}

// DecodeSketch reads what Encode wrote. Bytes that are damaged, or of a sketch with another relative
// error, are an error. It reads into sparse stores, where a forged index costs nothing.
func DecodeSketch(b []byte) (Sketch, error) {
	raw, err := ddsketch.DecodeDDSketchWithExactSummaryStatistics(b, store.SparseStoreConstructor, indexing)
	if err != nil {
		return "", fmt.Errorf("decode sketch: %w", err)
	}
	if raw.IsEmpty() {
		return "", nil
	}
	exact := summary{int64(raw.GetCount()), raw.GetSum(), extreme(raw.GetMinValue()), extreme(raw.GetMaxValue())}
	bins, ok := decodedBins(raw, exact)
	if !ok {
		return "", errors.New("decode sketch: the bytes are damaged")
	}
	return bins.sketch(0, exact), nil
}

// decodedBins returns the bins of a sketch, when they agree with what it says exactly. The library forgets errors of its
// stores: a cut sketch is known by counts that do not add up.
func decodedBins(raw *ddsketch.DDSketchWithExactSummaryStatistics, exact summary) (bins tally, ok bool) {
	total, positive := raw.GetZeroCount(), raw.GetPositiveValueStore()
	if refusal(exact.low) != "" || refusal(exact.high) != "" || !isCount(total) || !raw.GetNegativeValueStore().IsEmpty() {
		return bins, false
	}
	if !positive.IsEmpty() {
		first, last := must(positive.MinIndex())-lowestIndex+1, must(positive.MaxIndex())-lowestIndex+1
		if first < max(1, int(binOf(exact.low, 0))) || last > int(binOf(exact.high, 0)) { // which Plus relies on
			return bins, false
		}
		bins = newTally(nil, uint64(first), uint64(last))
	}
	bins.zeros, ok = uint64(total), true
	positive.ForEach(func(index int, count float64) bool {
		bins.add(uint64(index-lowestIndex)+1, uint64(count))
		total += count
		ok = isCount(count)
		return !ok
	})
	return bins, ok && isCount(total) && total == raw.GetCount() && exact.plausible()
}

// extreme takes the smallest or largest value of a sketch that has one: its one error is that there is none.
func extreme(v float64, _ error) float64 { return v }

func isCount(v float64) bool { return v >= 0 && v == math.Trunc(v) && v < 1<<53 }

// MarshalText returns the encoded sketch in base64, for use in JSON.
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
