package otlp

import (
	"math"

	pb "go.opentelemetry.io/proto/slim/otlp/metrics/v1"

	"github.com/liveload/liveload/metrics"
)

const (
	// finestScale makes buckets 1.1 % wide: the next bound is 2^(1/64) of the one before.
	finestScale = 6
	// mostBuckets is enough for values of which the largest is 2^32 times the smallest. Those that are further apart get
	// wider buckets.
	mostBuckets = 32 << finestScale
)

// Buckets are those of an exponential histogram. Bucket i holds values over base^(first+i), up to base^(first+i+1), where
// base is 2^(2^-scale).
type buckets struct {
	scale  int
	zeros  uint64
	first  int
	counts []uint64
}

// bucketsOf puts the values of a sketch into the finest buckets. All values of a bin of the sketch go to one of them.
func bucketsOf(s metrics.Sketch) buckets {
	b := buckets{scale: finestScale}
	for value, count := range s.Bins() {
		if value == 0 {
			b.zeros += uint64(count)
			continue
		}
		index := int(math.Ceil(math.Log2(value)*(1<<finestScale))) - 1
		if len(b.counts) == 0 {
			b.first = index
		}
		for len(b.counts) <= index-b.first { // bins are in ascending order
			b.counts = append(b.counts, 0)
		}
		b.counts[index-b.first] += uint64(count)
	}
	return b
}

// minus takes out what was there before. The values of a sketch stay in their buckets when others are added.
func (b buckets) minus(before buckets) buckets {
	b.zeros -= before.zeros
	for i, count := range before.counts {
		b.counts[before.first-b.first+i] -= count
	}
	for len(b.counts) > 0 && b.counts[0] == 0 {
		b.first, b.counts = b.first+1, b.counts[1:]
	}
	for n := len(b.counts); n > 0 && b.counts[n-1] == 0; n-- {
		b.counts = b.counts[:n-1]
	}
	return b
}

// fitting returns buckets of which there are not too many: each holds two, four, ... of those before.
func (b buckets) fitting() buckets {
	for len(b.counts) > mostBuckets {
		half := buckets{scale: b.scale - 1, zeros: b.zeros, first: b.first >> 1}
		half.counts = make([]uint64, (b.first+len(b.counts)-1)>>1-half.first+1)
		for i, count := range b.counts {
			half.counts[(b.first+i)>>1-half.first] += count
		}
		b = half
	}
	return b
}

// histogramPoint returns what a sketch has beyond an earlier one of the same stream, without times and attributes.
func histogramPoint(now, before metrics.Sketch) *pb.ExponentialHistogramDataPoint {
	b := bucketsOf(now).minus(bucketsOf(before)).fitting()
	sum := now.Sum() - before.Sum()
	p := &pb.ExponentialHistogramDataPoint{Count: uint64(now.Count() - before.Count()), Sum: &sum, Scale: int32(b.scale), ZeroCount: b.zeros}
	if len(b.counts) > 0 {
		p.Positive = &pb.ExponentialHistogramDataPoint_Buckets{Offset: int32(b.first), BucketCounts: b.counts}
	}
	if before == "" { // otherwise they may have been there before
		low, high := now.Min(), now.Max()
		p.Min, p.Max = &low, &high
	}
	return p
}
