package totals

import (
	"math"
	"slices"

	dto "github.com/prometheus/client_model/go"

	"github.com/liveload/liveload/metrics"
)

const (
	// schema makes a bucket 2^(1/64) or 1.09 % wide, about half as wide as a bin of our sketches: one schema less would
	// add twice the error, one more would only put empty buckets between.
	schema = 6
	// zeroThreshold is the largest value that counts as zero; it is that of Prometheus's own library.
	zeroThreshold = 1.0 / (1 << 64) / (1 << 64)
	// longestGap is how many empty buckets are written rather than a new span.
	longestGap = 2
)

// histogramOf returns the native histogram of some values.
func histogramOf(values metrics.Sketch) *dto.Histogram {
	count, sum := uint64(values.Count()), values.Sum()
	scale, threshold, zeros := int32(schema), zeroThreshold, uint64(0)
	filled := buckets{deltas: make([]int64, 0, len(values))} // a bin has two bytes or more, and an empty bucket after it
	for value, n := range values.Bins() {
		if value <= zeroThreshold {
			zeros += uint64(n)
		} else {
			filled.add(bucketOf(value), n)
		}
	}
	return &dto.Histogram{
		SampleCount: &count, SampleSum: &sum, Schema: &scale, ZeroThreshold: &threshold, ZeroCount: &zeros,
		PositiveSpan: filled.spans, PositiveDelta: filled.deltas,
	}
}

// bucketOf returns the bucket of a value, whose upper bound is 2^(bucket/64).
func bucketOf(value float64) int32 {
	fraction, exponent := math.Frexp(value)
	within, _ := slices.BinarySearch(bounds[:], fraction)
	return int32((exponent-1)<<schema + within)
}

// bounds are the upper bounds of the buckets from 1/2 to 1: a search among them is cheaper than a logarithm.
var bounds = func() (all [1 << schema]float64) {
	for i := range all {
		all[i] = math.Exp2(float64(i)/(1<<schema) - 1)
	}
	return all
}()

// buckets are those of a native histogram. They are added in ascending order; one can come several times.
type buckets struct {
	spans  []*dto.BucketSpan
	deltas []int64
	count  int64 // of the last bucket
	next   int32 // the bucket after the last one
}

func (b *buckets) add(bucket int32, count int64) {
	switch gap := bucket - b.next; {
	case len(b.spans) == 0 || gap > longestGap:
		b.span(gap)
	case gap < 0:
		b.count += count
		b.deltas[len(b.deltas)-1] += count
		return
	default:
		for range gap {
			b.append(0)
		}
	}
	b.append(count)
	b.next = bucket + 1
}

// span begins one. It is not a part of add, since its offset is in memory of its own.
func (b *buckets) span(offset int32) {
	b.spans = append(b.spans, &dto.BucketSpan{Offset: &offset, Length: new(uint32)})
}

func (b *buckets) append(count int64) {
	*b.spans[len(b.spans)-1].Length++
	b.deltas = append(b.deltas, count-b.count)
	b.count = count
}
