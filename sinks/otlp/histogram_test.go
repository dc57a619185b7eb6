package otlp

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/metricstest"
)

// bounds are those of the bucket at an index.
func (b *buckets) bounds(index int) (low, high float64) {
	base := math.Exp2(math.Exp2(-float64(b.scale)))
	return math.Pow(base, float64(b.first+index)), math.Pow(base, float64(b.first+index+1))
}

// TestBucketsHoldTheirValues: the k-th smallest value is within 1 % of the bounds of the bucket that has it.
func TestBucketsHoldTheirValues(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for name, value := range map[string]func() float64{
		"durations":   func() float64 { return math.Exp(random.NormFloat64() + 10) },
		"wide":        func() float64 { return math.Exp(random.NormFloat64() * 5) },
		"with zeros":  func() float64 { return float64(random.IntN(4)) },
		"extremes":    func() float64 { return []float64{1e-300, 1e-9, 1, 1e15}[random.IntN(4)] },
		"powers of 2": func() float64 { return math.Exp2(float64(random.IntN(30))) },
		"only zeros":  func() float64 { return 0 },
	} {
		var values []float64
		for range 2000 {
			values = append(values, value())
		}
		s := metricstest.SketchOf(values...)
		slices.Sort(values)
		b := bucketsOf(s).fitting()
		if len(b.counts) > mostBuckets {
			t.Errorf("%s: %d buckets", name, len(b.counts))
		}
		rest := values[b.zeros:]
		if b.zeros > 0 && values[b.zeros-1] > 1e-200 {
			t.Errorf("%s: %v counts as zero", name, values[b.zeros-1])
		}
		for i, count := range b.counts {
			low, high := b.bounds(i)
			for _, v := range rest[:count] {
				if v < low*0.9899 || v > high*1.0102 {
					t.Fatalf("%s: %v is in the bucket from %v to %v", name, v, low, high)
				}
			}
			rest = rest[count:]
		}
		if len(rest) > 0 {
			t.Errorf("%s: %d values are in no bucket", name, len(rest))
		}
	}
}

// TestScale: buckets are 1.1 % wide as long as the largest value is not four billion times the smallest. A sketch has values
// below 1e-9 with its zeros.
func TestScale(t *testing.T) {
	for _, test := range []struct {
		low, high float64
		scale     int
	}{{1, 2, 6}, {1, 4e9, 6}, {1, 5e9, 5}, {1e-3, 1e15, 5}, {1e-9, 1e15, 4}, {1e-300, 1e15, 6}} {
		if b := bucketsOf(metricstest.SketchOf(test.low, test.high)).fitting(); b.scale != test.scale || b.counts[0] != 1 || b.counts[len(b.counts)-1] != 1 {
			t.Errorf("%v and %v: the scale %d and %d buckets", test.low, test.high, b.scale, len(b.counts))
		}
	}
}

// TestDeltas: what a sketch has beyond an earlier one is what was added.
func TestDeltas(t *testing.T) {
	before, added := metricstest.SketchOf(0, 5, 100, 1e6), metricstest.SketchOf(0, 0, 100, 200)
	p := histogramPoint(before.Plus(added), before)
	want := histogramPoint(added, "")
	if p.Count != 4 || p.GetSum() != 300 || p.ZeroCount != 2 || p.Min != nil || p.Positive.Offset != want.Positive.Offset || !slices.Equal(p.Positive.BucketCounts, want.Positive.BucketCounts) {
		t.Errorf("%v\nwant, but for the extremes,\n%v", p, want)
	}
	if p := histogramPoint(before.Plus(metricstest.SketchOf(0)), before); p.Count != 1 || p.Positive != nil {
		t.Errorf("a zero: %v", p)
	}
	if p := histogramPoint(metrics.Sketch(before), before); p.Count != 0 || p.GetSum() != 0 || p.Positive != nil {
		t.Errorf("nothing: %v", p)
	}
}
