package metrics

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
)

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
			var values []float64
			s := NewSketch()
			for range 20_000 {
				v := value()
				values = append(values, v)
				if err := s.Add(v); err != nil {
					t.Fatal(err)
				}
			}
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

// A share q of the values is not above the quantile, also when they are few: that is what a threshold promises.
func TestQuantileOfFewValues(t *testing.T) {
	for _, c := range []struct {
		n, percentile, want int
	}{
		{1, 50, 1}, {2, 50, 1}, {3, 50, 2}, {4, 50, 2}, {4, 75, 3}, {4, 76, 4}, {4, 95, 4}, {18, 95, 18}, {20, 95, 19},
		{99, 99, 99}, {100, 99, 99}, {100, 7, 7}, {101, 99, 100}, {1000, 99, 990}, {4, 0, 1}, {4, 100, 4},
	} {
		s := NewSketch()
		for v := 1; v <= c.n; v++ {
			if err := s.Add(float64(v)); err != nil {
				t.Fatal(err)
			}
		}
		if got := s.Quantile(float64(c.percentile) / 100); math.Abs(got-float64(c.want)) > float64(c.want)*RelativeError {
			t.Errorf("p%d of 1 to %d is %v, want %d", c.percentile, c.n, got, c.want)
		}
	}
}

func TestSketchMergeIsTheSketchOfAll(t *testing.T) {
	all, parts := NewSketch(), NewSketch()
	random := rand.New(rand.NewPCG(3, 4))
	for range 20 {
		part := NewSketch()
		for range random.IntN(500) {
			v := random.ExpFloat64() * 1000
			if all.Add(v) != nil || part.Add(v) != nil {
				t.Fatal("a good value was refused")
			}
		}
		decoded, err := DecodeSketch(part.Encode())
		if err != nil {
			t.Fatal(err)
		}
		parts.Merge(decoded)
	}
	q := quantilePoints()
	if got, want := parts.Quantiles(q...), all.Quantiles(q...); !slices.Equal(got, want) {
		t.Errorf("quantiles of merged parts %v, of all %v", got, want)
	}
	if parts.Count() != all.Count() || math.Abs(parts.Sum()-all.Sum()) > 1e-6*all.Sum() {
		t.Errorf("count %d, sum %v; want %d, %v", parts.Count(), parts.Sum(), all.Count(), all.Sum())
	}
}

func TestSketchRefuses(t *testing.T) {
	s := NewSketch()
	for _, v := range []float64{-1, math.NaN(), math.Inf(1), math.Inf(-1), 2e15} {
		if err := s.Add(v); err == nil {
			t.Errorf("Add(%v) = nil, want an error", v)
		}
	}
	if s.Count() != 0 || s.Quantile(0.5) != 0 || s.Max() != 0 {
		t.Errorf("an empty sketch has count %d, median %v, max %v; want zeroes", s.Count(), s.Quantile(0.5), s.Max())
	}
}

func TestSketchJSONComputesWithoutChange(t *testing.T) {
	s := NewSketch()
	for i := range 100 {
		if err := s.Add(float64(i)); err != nil {
			t.Fatal(err)
		}
	}
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var back Sketch
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	again, err := json.Marshal(&back)
	if err != nil || !bytes.Equal(text, again) {
		t.Errorf("a round trip gave %s, %v; want %s", again, err, text)
	}
	if back.Count() != 100 || back.Sum() != 4950 || back.Max() != 99 {
		t.Errorf("count %d sum %v max %v after decoding", back.Count(), back.Sum(), back.Max())
	}
	if err := back.Add(1000); err != nil || back.Max() != 1000 || s.Max() != 99 {
		t.Errorf("adding to a decoded sketch: %v, max %v", err, back.Max())
	}
}

func TestSketchDecodeRefusesEveryCut(t *testing.T) {
	s := NewSketch()
	for i := range 2000 {
		if err := s.Add(float64(i * i)); err != nil {
			t.Fatal(err)
		}
	}
	whole := s.Encode()
	for n := 1; n < len(whole); n++ {
		// Cutting away trailing empty bins changes nothing, so the rest may be accepted.
		got, err := DecodeSketch(whole[:n])
		if err == nil && !slices.Equal(got.Quantiles(quantilePoints()...), s.Quantiles(quantilePoints()...)) {
			t.Fatalf("%d of %d bytes were accepted as another sketch", n, len(whole))
		}
	}
}

func TestSketchIsSafeForConcurrentReaders(t *testing.T) {
	s := NewSketch()
	for i := range 300 {
		if err := s.Add(float64(i)); err != nil {
			t.Fatal(err)
		}
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			other := NewSketch()
			other.Merge(s)
			if len(s.Encode()) == 0 || s.Quantile(0.5) != other.Quantile(0.5) {
				t.Error("readers disagree")
			}
		})
	}
	all.Wait()
}

func FuzzDecodeSketch(f *testing.F) {
	s := NewSketch()
	f.Add(s.Encode())
	for i := range 500 {
		if err := s.Add(float64(i) * 1.7); err != nil {
			f.Fatal(err)
		}
	}
	f.Add(s.Encode())
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
		s.Merge(again)
		if s.Count() != 2*again.Count() {
			t.Errorf("count %d after merging with itself, want %d", s.Count(), 2*again.Count())
		}
	})
}

// TestCompactCoarser: percentiles of bins that were merged stay within the error that is promised, whatever the
// order of merging and adding.
func TestCompactCoarser(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	var values []float64
	whole, parts := NewSketch(), compact("")
	for range 50 {
		part := NewSketch()
		for range r.IntN(100) {
			v := math.Floor(math.Exp(r.Float64()*20)) - 1
			values = append(values, v)
			if err := errors.Join(whole.Add(v), part.Add(v)); err != nil {
				t.Fatal(err)
			}
		}
		parts = parts.plus(part.compact().coarser(seriesCoarse))
	}
	if parts != whole.compact().coarser(seriesCoarse) {
		t.Error("coarse parts do not add up to the coarse whole")
	}
	slices.Sort(values)
	for i, q := range []float64{0.01, 0.5, 0.9, 0.95, 0.99} {
		want := values[int(math.Ceil(q*float64(len(values))))-1]
		if got := parts.quantiles(q)[0]; math.Abs(got-want) > 0.0201*want {
			t.Errorf("%d: quantile %v is %v, want %v within 2 %%", i, q, got, want)
		}
	}
	if empty := compact(""); empty.plus(parts) != parts || parts.plus(empty) != parts || empty.summary() != (summary{}) || empty.dist().GetCount() != 0 {
		t.Error("an empty compact changes something")
	}
}

// TestSumOf: many distributions together are what they are one after the other, however far apart their values are.
func TestSumOf(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, widest := range []float64{0, 1, 1e3, 1e15} {
		for n := range 40 {
			var all []compact
			want := compact("")
			for range n {
				s := NewSketch()
				for range r.IntN(5) {
					v := float64(r.IntN(2)) * math.Pow(widest, r.Float64())
					if err := s.Add(v / 3); err != nil {
						t.Fatal(err)
					}
				}
				values := s.compact()
				if r.IntN(4) == 0 {
					values = values.coarser(1)
				}
				all, want = append(all, values), want.plus(values)
			}
			got := sumOf(all)
			if gotSum, wantSum := got.summary(), want.summary(); gotSum.count != wantSum.count || math.Abs(gotSum.sum-wantSum.sum) > 1e-9*wantSum.sum || gotSum.low != wantSum.low || gotSum.high != wantSum.high {
				t.Fatalf("%d up to %v: %+v, want %+v", n, widest, gotSum, wantSum)
			}
			if q := []float64{0, 0.1, 0.5, 0.9, 1}; !slices.Equal(got.quantiles(q...), want.quantiles(q...)) {
				t.Fatalf("%d up to %v: quantiles %v, want %v", n, widest, got.quantiles(q...), want.quantiles(q...))
			}
		}
	}
}
