package standout

import (
	"cmp"
	"math"
	"slices"
)

// A point is what was measured at a load.
type point struct {
	x, y   float64
	bucket int
}

// ranks returns the places of values in their order. Equal ones share the mean of their places.
func ranks(values []float64) []float64 {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(values[a], values[b]) })
	places := make([]float64, len(values))
	for i := 0; i < len(order); {
		end := i + 1
		for end < len(order) && values[order[end]] == values[order[i]] {
			end++
		}
		for _, k := range order[i:end] {
			places[k] = float64(i+end-1) / 2
		}
		i = end
	}
	return places
}

// rankCorrelation is Spearman's: 1 when more always goes with more, 0 when nothing is to be seen, whatever the shape.
func rankCorrelation(points []point) float64 {
	xs, ys := make([]float64, len(points)), make([]float64, len(points))
	for i, p := range points {
		xs[i], ys[i] = p.x, p.y
	}
	xs, ys = ranks(xs), ranks(ys)
	mean := float64(len(points)-1) / 2
	var both, x, y float64
	for i := range xs {
		both += (xs[i] - mean) * (ys[i] - mean)
		x += (xs[i] - mean) * (xs[i] - mean)
		y += (ys[i] - mean) * (ys[i] - mean)
	}
	if x == 0 || y == 0 {
		return 0
	}
	return both / math.Sqrt(x*y)
}

// certain says whether such a rank correlation of so many points is no chance: Fisher's transformation gives a normal
// variable, and one in a thousand is beyond 3.
func certain(correlation float64, points int) bool {
	if points < 4 || correlation < leastCorrelation {
		return false
	}
	return math.Atanh(min(correlation, 0.9999))*math.Sqrt(float64(points-3)/1.06) > 3
}

func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// thirds returns the medians of y where x is smallest and where it is largest.
func thirds(points []point) (low, high float64) {
	sorted := slices.SortedStableFunc(slices.Values(points), func(a, b point) int { return cmp.Compare(a.x, b.x) })
	third := max(len(sorted)/3, 1)
	return median(ys(sorted[:third])), median(ys(sorted[len(sorted)-third:]))
}

func ys(points []point) (values []float64) {
	for _, p := range points {
		values = append(values, p.y)
	}
	return values
}

// A bend is where y begins to grow with x: y is flat up to From, and then grows by PerX.
type bend struct {
	from   float64
	perX   float64
	always bool // it grows from the smallest x on
}

// mostPlaces of a bend are tried: more say no more, and take long.
const mostPlaces = 100

// bendOf fits a line with one bend, by least squares, and tries each x as its place, or evenly as many as there may be.
func bendOf(points []point) bend {
	places := slices.Compact(slices.Sorted(func(yield func(float64) bool) {
		for _, p := range points {
			if !yield(p.x) {
				return
			}
		}
	}))
	var best bend
	least, straight := math.Inf(1), math.Inf(1)
	for i := 0; i < len(places)-1; i += 1 + len(places)/mostPlaces {
		place := places[i]
		slope, errors := hinge(points, place)
		if i == 0 {
			straight = errors
		}
		if slope > 0 && errors < least {
			least, best = errors, bend{from: place, perX: slope}
		}
	}
	if straight <= 1.25*least {
		best.perX, _ = hinge(points, places[0])
		best.from, best.always = places[0], true
	}
	return best
}

// hinge fits y = a + slope × what x is above a place.
func hinge(points []point, place float64) (slope, errors float64) {
	n := float64(len(points))
	var meanX, meanY, xy, xx float64
	for _, p := range points {
		meanX += max(p.x-place, 0) / n
		meanY += p.y / n
	}
	for _, p := range points {
		x := max(p.x-place, 0) - meanX
		xy += x * (p.y - meanY)
		xx += x * x
	}
	if xx > 0 {
		slope = xy / xx
	}
	for _, p := range points {
		e := p.y - meanY - slope*(max(p.x-place, 0)-meanX)
		errors += e * e
	}
	return slope, errors
}
