package metrics

import (
	"bytes"
	"encoding/json"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/DataDog/sketches-go/ddsketch"
	"github.com/DataDog/sketches-go/ddsketch/stat"
	"github.com/DataDog/sketches-go/ddsketch/store"
)

// sketchOfAll returns the distribution of n values.
func sketchOfAll(t testing.TB, n int, value func(i int) float64) Sketch {
	t.Helper()
	values := make([]float64, n)
	for i := range values {
		values[i] = value(i)
	}
	return SketchOf(values)
}

func TestSketchQuantilesAreWithinOnePercent(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	shapes := map[string]func() float64{
		"uniform":     func() float64 { return random.Float64() * 1e6 },
		"exponential": func() float64 { return random.ExpFloat64() * 20_000 },
		"two humps":   func() float64 { return 200 + float64(random.IntN(2))*800_000 + random.Float64() },
		"tiny":        func() float64 { return random.Float64() / 100 },
		"with zeroes": func() float64 { return max(0, random.NormFloat64()*1000) },
	}
	for name, value := range shapes {
		t.Run(name, func(t *testing.T) {
			values := make([]float64, 20_000)
			for i := range values {
				values[i] = value()
			}
			s := sketchOfAll(t, len(values), func(i int) float64 { return values[i] })
			slices.Sort(values)
			q := quantilePoints()
			for i, got := range s.Quantiles(q...) {
				want := values[max(0, (i*len(values)+99)/100-1)]
				if math.Abs(got-want) > want*RelativeError*1.0001 {
					t.Errorf("quantile %.2f = %v, true value %v", q[i], got, want)
				}
			}
			if s.Min() != values[0] || s.Max() != values[len(values)-1] || s.Quantile(0) != values[0] || s.Quantile(1) != s.Max() {
				t.Errorf("extremes %v %v, want %v %v", s.Min(), s.Max(), values[0], values[len(values)-1])
			}
		})
	}
}

func TestBinsHoldEachValueWithinOnePercent(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	values := make([]float64, 5000)
	for i := range values {
		values[i] = max(0, math.Exp(random.NormFloat64()*4)-1)
	}
	s := sketchOfAll(t, len(values), func(i int) float64 { return values[i] })
	slices.Sort(values)
	rest := values
	for bin, count := range s.Bins() {
		for _, value := range rest[:count] {
			if math.Abs(bin-value) > value*RelativeError*1.0001 {
				t.Fatalf("%v is in the bin of %v", value, bin)
			}
		}
		rest = rest[count:]
	}
	if len(rest) > 0 {
		t.Errorf("%d values are in no bin", len(rest))
	}
}

// TestBinsOnlyGrow: values stay in their bins when smaller and larger ones are added next to them.
func TestBinsOnlyGrow(t *testing.T) {
	one := sketchOfAll(t, 3, func(int) float64 { return 1000 })
	more := maps.Collect(one.Plus(sketchOfAll(t, 5, func(i int) float64 { return 995 + 3*float64(i) })).Bins())
	for bin, count := range one.Bins() {
		if more[bin] < count {
			t.Errorf("the bin of %v has %d values, and %d when others were added", bin, count, more[bin])
		}
	}
}

// A share q of the values is not above the quantile, also when they are few: that is what a threshold promises.
func TestQuantileOfFewValues(t *testing.T) {
	for _, c := range []struct {
		n, percentile, want int
	}{
		{1, 50, 1}, {2, 50, 1}, {3, 50, 2}, {4, 50, 2}, {4, 75, 3}, {4, 76, 4}, {4, 95, 4}, {18, 95, 18}, {20, 95, 19},
		{99, 99, 99}, {100, 99, 99}, {100, 7, 7}, {101, 99, 100}, {1000, 99, 990}, {4, 0, 1}, {4, 100, 4},
	} {
		s := sketchOfAll(t, c.n, func(i int) float64 { return float64(i + 1) })
		if got := s.Quantile(float64(c.percentile) / 100); math.Abs(got-float64(c.want)) > float64(c.want)*RelativeError {
			t.Errorf("p%d of 1 to %d is %v, want %d", c.percentile, c.n, got, c.want)
		}
	}
}

// TestSketchJSON: what was decoded computes as before.
func TestSketchJSON(t *testing.T) {
	s := sketchOfAll(t, 100, func(i int) float64 { return float64(i) })
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var back Sketch
	if err := json.Unmarshal(text, &back); err != nil || back != s || back.Count() != 100 || back.Sum() != 4950 || back.Max() != 99 {
		t.Errorf("a round trip gave count %d, sum %v, max %v, %v", back.Count(), back.Sum(), back.Max(), err)
	}
	if again, err := json.Marshal(back); err != nil || !bytes.Equal(text, again) {
		t.Errorf("a second round trip gave %s, %v; want %s", again, err, text)
	}
}

func TestDecodeSketchRefusesEveryCut(t *testing.T) {
	s := sketchOfAll(t, 2000, func(i int) float64 { return float64(i * i) })
	whole := s.Encode()
	for n := 1; n < len(whole); n++ {
		// Cutting away trailing empty bins changes nothing, so the rest may be accepted.
		got, err := DecodeSketch(whole[:n])
		if err == nil && !slices.Equal(got.Quantiles(quantilePoints()...), s.Quantiles(quantilePoints()...)) {
			t.Fatalf("%d of %d bytes were accepted as another sketch", n, len(whole))
		}
	}
}

// TestDecodeSketchRefusesBinsBeyondItsExtremes: Plus relies on it.
func TestDecodeSketchRefusesBinsBeyondItsExtremes(t *testing.T) {
	for name, tt := range map[string]struct {
		bin       int
		low, high float64
		refused   bool
	}{
		"right":                   {indexing.Index(3), 3, 3, false},
		"above the largest":       {indexing.Index(4), 3, 3, true},
		"below the smallest":      {indexing.Index(2), 3, 3, true},
		"beside zeros only":       {indexing.Index(3), 0, 0, true},
		"far beyond zeros only":   {1 << 24, 0, 0, true},
		"below the first":         {lowestIndex - 1, 0, 3, true},
		"too small to have a bin": {lowestIndex, 0, math.SmallestNonzeroFloat64, true},
	} {
		t.Run(name, func(t *testing.T) {
			plain := ddsketch.NewDDSketch(indexing, store.NewSparseStore(), store.NewSparseStore())
			plain.GetPositiveValueStore().AddWithCount(tt.bin, 2)
			exact := must(stat.NewSummaryStatisticsFromData(2, 6, tt.low, tt.high))
			var encoded []byte
			must(ddsketch.NewDDSketchWithExactSummaryStatisticsFromData(plain, exact)).Encode(&encoded, false)
			s, err := DecodeSketch(encoded)
			if (err != nil) != tt.refused {
				t.Errorf("error = %v", err)
			}
			if n := s.Plus(s).Count(); n != 2*s.Count() {
				t.Errorf("count %d of twice the same, want %d", n, 2*s.Count())
			}
		})
	}
}

func FuzzDecodeSketch(f *testing.F) {
	f.Add(Sketch("").Encode())
	f.Add(sketchOfAll(f, 500, func(i int) float64 { return float64(i) * 1.7 }).Encode())
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := DecodeSketch(b)
		if err != nil {
			return
		}
		if q := s.Quantile(0.5); q < s.Min() || q > s.Max() {
			t.Errorf("median %v outside %v to %v", q, s.Min(), s.Max())
		}
		again, err := DecodeSketch(s.Encode())
		if err != nil || again.Count() != s.Count() {
			t.Errorf("what was decoded cannot be encoded and decoded again: %v", err)
		}
		if n := s.Plus(again).Count(); n != 2*s.Count() {
			t.Errorf("count %d of twice the same, want %d", n, 2*s.Count())
		}
	})
}

// TestSketchPlus: parts that were on a journey, or have coarse bins, add up to the whole, and percentiles stay within
// the error that is promised.
func TestSketchPlus(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	var values []float64
	var parts, coarse Sketch
	for range 50 {
		part := sketchOfAll(t, r.IntN(100), func(int) float64 {
			values = append(values, math.Floor(math.Exp(r.Float64()*20))-1)
			return values[len(values)-1]
		})
		decoded, err := DecodeSketch(part.Encode())
		if err != nil {
			t.Fatal(err)
		}
		parts, coarse = parts.Plus(decoded), coarse.Plus(sumOf(seriesCoarse, part))
	}
	whole := sketchOfAll(t, len(values), func(i int) float64 { return values[i] })
	if parts != whole || coarse != sumOf(seriesCoarse, whole) {
		t.Error("parts do not add up to the whole, or coarse ones not to the coarse whole")
	}
	slices.Sort(values)
	for _, q := range []float64{0.01, 0.5, 0.9, 0.95, 0.99} {
		want := values[int(math.Ceil(q*float64(len(values))))-1]
		if got := coarse.Quantile(q); math.Abs(got-want) > 0.0201*want {
			t.Errorf("quantile %v is %v, want %v within 2 %%", q, got, want)
		}
	}
	if empty := Sketch(""); empty.Plus(parts) != parts || parts.Plus(empty) != parts || empty.summary() != (summary{}) || empty.Quantile(0.5) != 0 {
		t.Error("an empty sketch changes something")
	}
}

// TestSumOf: many distributions together are what they are one after the other, however far apart their values are.
func TestSumOf(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, widest := range []float64{0, 1, 1e3, 1e15} {
		for n := range 40 {
			var all []Sketch
			var want Sketch
			for range n {
				s := sketchOfAll(t, r.IntN(5), func(int) float64 { return float64(r.IntN(2)) * math.Pow(widest, r.Float64()) / 3 })
				if r.IntN(4) == 0 {
					s = sumOf(1, s)
				}
				all, want = append(all, s), want.Plus(s)
			}
			got := sumOf(0, all...)
			if gotSum, wantSum := got.summary(), want.summary(); gotSum.count != wantSum.count || math.Abs(gotSum.sum-wantSum.sum) > 1e-9*wantSum.sum || gotSum.low != wantSum.low || gotSum.high != wantSum.high {
				t.Fatalf("%d up to %v: %+v, want %+v", n, widest, gotSum, wantSum)
			}
			if q := []float64{0, 0.1, 0.5, 0.9, 1}; !slices.Equal(got.Quantiles(q...), want.Quantiles(q...)) {
				t.Fatalf("%d up to %v: quantiles %v, want %v", n, widest, got.Quantiles(q...), want.Quantiles(q...))
			}
		}
	}
}

// TestSketchMinus: what is left are the other values, and their extremes within the error of percentiles.
func TestSketchMinus(t *testing.T) {
	few := SketchOf([]float64{0, 3, 500})
	many := sketchOfAll(t, 1000, func(i int) float64 { return float64(10 + i%300) })
	for _, all := range []Sketch{few.Plus(many), coarseSum(few, many)} {
		rest, ok := all.Minus(few)
		if !ok || rest.Count() != 1000 || math.Abs(rest.Sum()-many.Sum()) > 1e-6 {
			t.Errorf("%d values with the sum %v are left, %t; want 1000 and %v", rest.Count(), rest.Sum(), ok, many.Sum())
		}
		for _, q := range []float64{0, 0.5, 1} {
			if got, want := rest.Quantile(q), many.Quantile(q); math.Abs(got-want) > 0.05*want {
				t.Errorf("quantile %v is %v, want %v", q, got, want)
			}
		}
		if again, err := ReadSketch([]byte(rest)); err != nil || again != rest {
			t.Errorf("what is left cannot be read: %v", err)
		}
	}
	if rest, ok := few.Minus(few); !ok || rest != "" {
		t.Errorf("nothing is %q, %t", rest, ok)
	}
	if _, ok := few.Minus(many); ok {
		t.Error("values that are not there were taken away")
	}
	if rest, ok := few.Minus(""); !ok || rest != few {
		t.Error("without anything it is another one")
	}
}
