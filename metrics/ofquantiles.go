package metrics

import (
	"errors"
	"math"
)

// SketchOfQuantiles returns a distribution of which only some quantiles are known: values are those at equal steps from the
// smallest to the largest one. Between two of them lie equally many of the count values, in the middle. Values that no
// distribution has are an error.
func SketchOfQuantiles(values []float64, count int64, sum float64) (Sketch, error) {
	if count == 0 {
		return "", nil
	}
	if len(values) < 2 {
		return "", errors.New("there are no quantiles")
	}
	for i, v := range values {
		if why := refusal(v); why != "" || i > 0 && v < values[i-1] {
			return "", errors.New("the quantiles are not ascending numbers from 0 to 1e15")
		}
	}
	exact := summary{count, max(sum, values[len(values)-1]), values[0], values[len(values)-1]}
	if !exact.plausible() {
		return "", errors.New("count, sum and largest value do not go together")
	}
	t := newTally(nil, max(1, binOf(exact.low, 0)), binOf(exact.high, 0))
	steps, placed := float64(len(values)-1), int64(0)
	for i := range len(values) - 1 {
		until := int64(math.Round(float64(count) * float64(i+1) / steps))
		if n := until - placed; n > 0 {
			t.add(binOf((values[i]+values[i+1])/2, 0), uint64(n))
		}
		placed = until
	}
	return t.sketch(0, exact), nil
}
