package otlptest

import (
	"math"

	pb "go.opentelemetry.io/proto/slim/otlp/metrics/v1"
)

// bucketError is what buckets add to the error of a quantile: half of their width and a bit, since the middle is taken.
const bucketError = 0.0056

// quantile returns the middle of the bucket in which it is.
func (p *Point) quantile(q float64) float64 {
	h := p.Histogram
	rank := q * float64(h.Count) * (1 - 1e-9)
	seen := float64(h.ZeroCount)
	if seen >= rank {
		return 0
	}
	for i, count := range h.GetPositive().GetBucketCounts() {
		if seen += float64(count); seen >= rank {
			middle := math.Exp2((float64(h.Positive.Offset) + float64(i) + 0.5) / math.Exp2(float64(h.Scale)))
			if h.Min != nil {
				middle = min(max(middle, *h.Min), *h.Max)
			}
			return middle
		}
	}
	return math.NaN()
}

// add adds a point of the same delta stream.
func (p *Point) add(o *Point) {
	p.Value += o.Value
	if p.Kind != Histogram {
		return
	}
	a, b := p.Histogram, o.Histogram
	sum := a.GetSum() + b.GetSum()
	all := &pb.ExponentialHistogramDataPoint{Scale: min(a.Scale, b.Scale), Count: a.Count + b.Count, ZeroCount: a.ZeroCount + b.ZeroCount, Sum: &sum}
	counts := make(map[int]uint64)
	for _, h := range []*pb.ExponentialHistogramDataPoint{a, b} {
		for i, count := range h.GetPositive().GetBucketCounts() {
			counts[(int(h.Positive.Offset)+i)>>(h.Scale-all.Scale)] += count
		}
	}
	all.Positive = bucketsOf(counts)
	p.Histogram = all
}

func bucketsOf(counts map[int]uint64) *pb.ExponentialHistogramDataPoint_Buckets {
	if len(counts) == 0 {
		return nil
	}
	first, last := math.MaxInt, math.MinInt
	for i := range counts {
		first, last = min(first, i), max(last, i)
	}
	b := &pb.ExponentialHistogramDataPoint_Buckets{Offset: int32(first), BucketCounts: make([]uint64, last-first+1)}
	for i, count := range counts {
		b.BucketCounts[i-first] = count
	}
	return b
}
