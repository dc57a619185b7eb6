package throttle

import (
	"math"
	"time"
)

// A pace is how fast users may pass, as a function of the time since the start: it goes from one value to
// another and stays there. It has no clock.
type pace struct {
	from, to float64 // permits a second; seconds between permits when gaps is set
	gaps     bool
	over     float64 // seconds until to is reached; 0 is at once
	steps    int     // 0 changes all the time
}

func paceOf(d Definition) pace {
	p := pace{gaps: d.Kind == Interarrival, from: d.Interval.Seconds()}
	if !p.gaps {
		p.from = d.Rate / d.Interval.Seconds()
	}
	p.to = p.from
	if r := d.Ramp; r != nil {
		p.over, p.steps, p.to = r.Duration.Seconds(), r.Steps, r.Interval.Seconds()
		if !p.gaps {
			p.to = r.Rate / d.Interval.Seconds()
		}
	}
	return p
}

// next returns when the permit after the one at last is due: when the pace since then adds up to one permit.
// Permits that nobody took are not saved.
func (p pace) next(last time.Duration) time.Duration {
	began, needed := last.Seconds(), 1.0
	at := began
	for at < p.over {
		end := p.segmentEnd(at)
		start, slope := p.value(at), p.slope()
		took, got := p.accrue(start, slope, end-at, needed)
		if got >= needed {
			return later(last, at-began+took)
		}
		needed -= got
		at = end
	}
	if p.gaps {
		return later(last, at-began+needed*p.to)
	}
	return later(last, at-began+needed/p.to)
}

// later returns the moment some seconds after last: at least a nanosecond, and within what a duration holds.
func later(last time.Duration, seconds float64) time.Duration {
	const end = time.Duration(math.MaxInt64 / 4)
	if seconds >= (end - last).Seconds() {
		return end
	}
	return last + max(time.Duration(math.Round(seconds*float64(time.Second))), 1)
}

// segmentEnd returns the end of the piece of the ramp that contains the moment at.
func (p pace) segmentEnd(at float64) float64 {
	if p.steps == 0 {
		return p.over
	}
	step := math.Floor(at/p.over*float64(p.steps)) + 1
	end := p.over * step / float64(p.steps)
	if end <= at { // by a rounding error
		end = p.over * (step + 1) / float64(p.steps)
	}
	return end
}

// value is the pace at a moment of the ramp.
func (p pace) value(at float64) float64 {
	done := at / p.over
	if p.steps > 0 {
		// A moment that is a step's end but for a rounding error belongs to the next one.
		done = math.Floor(done*float64(p.steps)+1e-9) / float64(p.steps)
	}
	return p.from + (p.to-p.from)*min(done, 1)
}

// slope is how much the value changes per second within a piece of the ramp.
func (p pace) slope() float64 {
	if p.steps > 0 {
		return 0
	}
	return (p.to - p.from) / p.over
}

// accrue returns how long it takes for needed permits to come together within a piece of the ramp, which has
// a length in seconds and begins with a value. If the piece is too short, took is its length and got is what
// came together in it.
func (p pace) accrue(start, slope, length, needed float64) (took, got float64) {
	end := start + slope*length
	if p.gaps {
		got = length / start
		if slope != 0 {
			got = math.Log(end/start) / slope
		}
	} else {
		got = (start + end) / 2 * length
	}
	if got < needed {
		return length, got
	}
	switch {
	case slope == 0 && p.gaps:
		took = needed * start
	case slope == 0:
		took = needed / start
	case p.gaps:
		took = start * math.Expm1(slope*needed) / slope
	default:
		// The root of start·x + slope·x²/2 = needed, in the form that does not cancel digits.
		took = 2 * needed / (start + math.Sqrt(max(start*start+2*slope*needed, 0)))
	}
	return min(took, length), got
}
