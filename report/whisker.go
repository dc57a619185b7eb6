package report

import (
	"math"

	"github.com/liveload/liveload/metrics/compare"
)

// A Whisker is where a change and its interval are drawn: -1 is far less, 0 no change, 1 far more. A change is at least at
// Low and at most at High in 19 of 20 cases.
type Whisker struct {
	Low    float64 `json:"low"`
	Middle float64 `json:"middle"`
	High   float64 `json:"high"`
}

// The largest changes that fit into the picture: three times as much, and 20 percentage points.
const (
	mostChange = 2.0
	mostShare  = 0.2
)

// whisker returns nil when the change or its noise are not known.
func whisker(r compare.Row) *Whisker {
	change := r.Change
	if r.Relative != nil {
		change = r.Relative
	}
	if change == nil || r.Noise == nil {
		return nil
	}
	low, high := *change-*r.Noise, *change+*r.Noise
	if r.Statistic != compare.Share && r.Statistic != compare.PerSecond && r.Statistic != compare.PerIteration {
		low, high = (1+*change)/(1+*r.Noise)-1, (1+*change)*(1+*r.Noise)-1 // it is a factor
	}
	return &Whisker{Low: place(r, low), Middle: place(r, *change), High: place(r, high)}
}

// place makes room for small changes: around 0 the picture is nearly linear, and far away logarithmic.
func place(r compare.Row, change float64) float64 {
	least, most := compare.LeastChange, mostChange
	if r.Statistic == compare.Share {
		least, most = compare.LeastShare, mostShare
	}
	at := math.Asinh(change/least) / math.Asinh(most/least)
	return math.Round(1e4*min(max(at, -1), 1)) / 1e4
}
