package report

import (
	"math"

	"github.com/liveload/liveload/metrics"
)

// BinBase is how much larger the end of a bin is than its beginning. It is that of a sketch, so that nothing becomes less
// exact on its way to a page.
const BinBase = (1 + metrics.RelativeError) / (1 - metrics.RelativeError)

// Bins are a distribution. Bin i has the values from BinBase^i to BinBase^(i+1). A page makes of them its histogram and the
// curve that says which share of the values is below one.
type Bins struct {
	Zeros int64 `json:"zeros,omitempty"` // how many values are 0
	// Steps are pairs, for each bin that has values: its distance from the bin before, of the first one its number; and
	// how many it has.
	Steps []int64 `json:"steps"`
}

// binsOf returns nil when there are no values.
func binsOf(s metrics.Sketch) *Bins {
	if s == "" {
		return nil
	}
	b, before := &Bins{Steps: []int64{}}, int64(0)
	for value, count := range s.Bins() {
		if value == 0 {
			b.Zeros += count
			continue
		}
		bin := int64(math.Round(math.Log(value/(1+metrics.RelativeError)) / math.Log(BinBase)))
		b.Steps, before = append(b.Steps, bin-before, count), bin
	}
	return b
}
