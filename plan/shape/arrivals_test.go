package shape

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

func count(t *testing.T, a Arrivals) int64 {
	t.Helper()
	var n int64
	last := time.Duration(-1)
	for {
		at, ok := a.Due(n)
		if !ok {
			return n
		}
		if at < last {
			t.Fatalf("%+v: iteration %d is due at %v, before the one before it at %v", a, n, at, last)
		}
		last = at
		n++
	}
}

func TestConstantRate(t *testing.T) {
	cases := []struct {
		rate     string
		duration time.Duration
		count    int64
		third    time.Duration
	}{
		{"20/s", 30 * time.Second, 600, 100 * time.Millisecond},
		{"600/m", time.Minute, 600, 200 * time.Millisecond},
		{"3/s", time.Second, 3, 666666666},
		{"0.1/s", 30 * time.Second, 3, 20 * time.Second},
		{"1/s", 2500 * time.Millisecond, 3, 2 * time.Second},
		{"1000000000/s", time.Microsecond, 1000, 2},
	}
	for _, c := range cases {
		rate, err := ParseRate(c.rate)
		if err != nil {
			t.Fatal(err)
		}
		shape := ConstantRate{rate, c.duration}
		if third, _ := shape.Due(2); third != c.third || count(t, shape) != c.count {
			t.Errorf("%s for %v: %d iterations, the third at %v; want %d, %v", c.rate, c.duration, count(t, shape), third, c.count, c.third)
		}
	}
	if at, ok := (ConstantRate{Rate{1, time.Second}, math.MaxInt64}).Due(math.MaxInt64 / 2); ok {
		t.Errorf("an iteration after the end of time is due at %v", at)
	}
}

// TestRampingRateFollowsTheArea: over random stages there are exactly as many iterations as the area
// under the rate says, each when the area has reached its number.
func TestRampingRateFollowsTheArea(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		from := Rate{random.Int64N(30), time.Second}
		var stages []RateStage
		for range 1 + random.IntN(5) {
			stages = append(stages, RateStage{time.Duration(random.IntN(20)) * time.Second, Rate{random.Int64N(30), time.Second}})
		}
		shape := NewRampingRate(from, stages)
		var total float64
		for n := int64(0); ; n++ {
			at, ok := shape.Due(n)
			if !ok {
				break
			}
			if due := areaAt(from, stages, at); math.Abs(due-float64(n)) > 1e-5 {
				t.Fatalf("from %v, %+v: iteration %d is due at %v, when the area is %v", from, stages, n, at, due)
			}
		}
		before := from
		for _, s := range stages { // halves of whole numbers: exact
			total += float64(before.Count+s.Rate.Count) / 2 * s.Duration.Seconds()
			before = s.Rate
		}
		if n := count(t, shape); n != int64(math.Ceil(total)) || n != From(shape, 0, math.MaxInt64) {
			t.Fatalf("from %v, %+v: %d iterations (of %d), but the area is %v", from, stages, n, From(shape, 0, math.MaxInt64), total)
		}
	}
}

// TestFrom holds the search to a count one by one.
func TestFrom(t *testing.T) {
	perSecond := func(n int64) Rate { return Rate{Count: n, Per: time.Second} }
	for _, a := range []Arrivals{
		ConstantRate{Rate: perSecond(7), Duration: 20 * time.Second}, ConstantRate{Rate: perSecond(0), Duration: time.Minute},
		NewRampingRate(perSecond(0), []RateStage{{10 * time.Second, perSecond(20)}, {5 * time.Second, perSecond(0)}, {5 * time.Second, perSecond(3)}}),
	} {
		for elapsed := time.Duration(0); elapsed < 25*time.Second; elapsed += 333 * time.Millisecond {
			for _, n := range []int64{0, 1, 50, 1000} {
				want := n
				for at, ok := a.Due(want); ok && at < elapsed; at, ok = a.Due(want) {
					want++
				}
				if got := From(a, n, elapsed); got != want {
					t.Errorf("%v: From(%d, %v) = %d, want %d", a, n, elapsed, got, want)
				}
			}
		}
	}
}

func areaAt(from Rate, stages []RateStage, at time.Duration) float64 {
	area, before := 0.0, float64(from.Count)
	for _, s := range stages {
		inside, length, after := min(at, s.Duration).Seconds(), s.Duration.Seconds(), float64(s.Rate.Count)
		if length > 0 {
			area += before*inside + (after-before)*inside*inside/length/2
		}
		at -= min(at, s.Duration)
		before = after
	}
	return area
}

func TestDivide(t *testing.T) {
	cases := []struct {
		total   int
		weights []int
		want    []int
	}{
		{10, []int{70, 30}, []int{7, 3}},
		{10, []int{1, 1, 1}, []int{4, 3, 3}},
		{2, []int{99, 1}, []int{1, 1}},
		{1, []int{30, 70}, []int{0, 1}},
		{1000000000, []int{1, 999999999}, []int{1, 999999999}},
	}
	for _, c := range cases {
		got, sum := Divide(c.total, c.weights), 0
		for i := range got {
			sum += got[i]
			if got[i] != c.want[i] {
				t.Errorf("Divide(%d, %v) = %v, want %v", c.total, c.weights, got, c.want)
			}
		}
		if sum != c.total {
			t.Errorf("Divide(%d, %v) = %v, which is %d", c.total, c.weights, got, sum)
		}
	}
}
