package throttle

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

func TestNext(t *testing.T) {
	minute := Definition{Kind: Rate, Rate: 600, Interval: time.Minute}
	ramp := func(d Definition, r Ramp) Definition { d.Ramp = &r; return d }
	gap := Definition{Kind: Interarrival, Interval: 2 * time.Second}
	tests := []struct {
		name       string
		definition Definition
		last, want time.Duration
	}{
		{"a rate", minute, 0, 100 * time.Millisecond},
		{"a rate later on", minute, time.Hour, time.Hour + 100*time.Millisecond},
		{"a slow rate", Definition{Kind: Rate, Rate: 0.5, Interval: time.Hour}, 0, 2 * time.Hour},
		{"an interarrival", gap, time.Second, 3 * time.Second},
		// 1/s to 3/s over 10 s: t + t²/10 = 1.
		{"a rate ramps up", ramp(Definition{Kind: Rate, Rate: 1, Interval: time.Second}, Ramp{Rate: 3, Duration: 10 * time.Second}), 0, 916079783},
		{"after the ramp", ramp(Definition{Kind: Rate, Rate: 1, Interval: time.Second}, Ramp{Rate: 4, Duration: 10 * time.Second}), 10 * time.Second, 10250 * time.Millisecond},
		// 1/s falls to 0.5/s over 1 s, in which 0.75 permits come together; the rest takes 0.5 s.
		{"across the end of a ramp", ramp(Definition{Kind: Rate, Rate: 1, Interval: time.Second}, Ramp{Rate: 0.5, Duration: time.Second}), 0, 1500 * time.Millisecond},
		// One an hour waits no hour when it becomes a hundred a second.
		{"out of a slow beginning", ramp(Definition{Kind: Rate, Rate: 1, Interval: time.Hour}, Ramp{Rate: 360000, Duration: time.Second}), 0, 141418774},
		{"steps before the first", ramp(Definition{Kind: Rate, Rate: 1, Interval: time.Second}, Ramp{Rate: 5, Duration: 20 * time.Second, Steps: 4}), 2 * time.Second, 3 * time.Second},
		{"steps after the first", ramp(Definition{Kind: Rate, Rate: 1, Interval: time.Second}, Ramp{Rate: 5, Duration: 20 * time.Second, Steps: 4}), 5 * time.Second, 5500 * time.Millisecond},
		// Half a permit at 1/s, then half of one at 2/s.
		{"across a step", ramp(Definition{Kind: Rate, Rate: 1, Interval: time.Second}, Ramp{Rate: 5, Duration: 20 * time.Second, Steps: 4}), 4500 * time.Millisecond, 5250 * time.Millisecond},
		{"after all steps", ramp(Definition{Kind: Rate, Rate: 1, Interval: time.Second}, Ramp{Rate: 5, Duration: 20 * time.Second, Steps: 4}), 20 * time.Second, 20200 * time.Millisecond},
		// 2 s to 1 s over 10 s: the gap shrinks by a tenth of a second each second.
		{"an interarrival ramps", ramp(gap, Ramp{Interval: time.Second, Duration: 10 * time.Second}), 0, 1903251639},
		{"an interarrival after its ramp", ramp(gap, Ramp{Interval: time.Second, Duration: 10 * time.Second}), 11 * time.Second, 12 * time.Second},
		{"beyond all time", Definition{Kind: Rate, Rate: 1e-300, Interval: time.Hour}, 0, math.MaxInt64 / 4},
		{"faster than any clock", Definition{Kind: Rate, Rate: 1e300, Interval: time.Nanosecond}, 7, 8},
	}
	for _, test := range tests {
		got := paceOf(test.definition).next(test.last)
		if diff := got - test.want; diff < -time.Microsecond || diff > time.Microsecond {
			t.Errorf("%s: next(%v) = %v, want %v", test.name, test.last, got, test.want)
		}
	}
}

// random makes a throttle with a ramp that lasts some seconds.
func random(r *rand.Rand) Definition {
	d := Definition{Name: "x", Kind: Rate, Rate: math.Exp(r.Float64()*8 - 2), Interval: time.Second}
	ramp := &Ramp{Rate: math.Exp(r.Float64()*8 - 2), Duration: time.Duration(1 + r.Int64N(int64(10*time.Second)))}
	if r.IntN(2) == 0 {
		d = Definition{Name: "x", Kind: Interarrival, Interval: time.Duration(float64(time.Second) / d.Rate)}
		ramp.Rate, ramp.Interval = 0, time.Duration(float64(time.Second)/ramp.Rate)
	}
	if r.IntN(2) == 0 {
		ramp.Steps = 1 + r.IntN(20)
	}
	if r.IntN(10) > 0 {
		d.Ramp = ramp
	}
	return d
}

// speed is the pace at a moment, in permits a second, from the words of the documentation.
func speed(d Definition, at time.Duration) float64 {
	from, to, done := d.Rate, d.Rate, 1.0
	if d.Kind == Interarrival {
		from, to = d.Interval.Seconds(), d.Interval.Seconds()
	}
	if r := d.Ramp; r != nil {
		to, done = r.Rate, min(float64(at)/float64(r.Duration), 1)
		if d.Kind == Interarrival {
			to = r.Interval.Seconds()
		}
		if r.Steps > 0 {
			done = math.Floor(done*float64(r.Steps)) / float64(r.Steps)
		}
	}
	if value := from + (to-from)*done; d.Kind == Rate {
		return value
	} else {
		return 1 / value
	}
}

// TestNextAddsUp: between any two permits, the pace comes to one, whatever the ramp.
func TestNextAddsUp(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		d := random(r)
		if err := d.Validate(); err != nil {
			t.Fatal(err)
		}
		last := time.Duration(r.Int64N(int64(12 * time.Second)))
		next := paceOf(d).next(last)
		const parts = 20000
		sum, width := 0.0, (next-last).Seconds()/parts
		for i := range parts {
			sum += speed(d, last+time.Duration((float64(i)+0.5)*width*1e9)) * width
		}
		if math.Abs(sum-1) > 0.005 {
			t.Errorf("%+v %+v: from %v to %v the pace comes to %v permits, want 1", d, d.Ramp, last, next, sum)
		}
	}
}
