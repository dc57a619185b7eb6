package demo

import (
	"math"
	"time"
)

// A histogram counts durations in buckets that grow by 1.1 %, from 1 µs to some minutes.
type histogram struct {
	count   int64
	buckets [bucketCount]int64
}

const (
	bucketsPerDoubling = 64
	bucketCount        = 30 * bucketsPerDoubling
)

func (h *histogram) add(d time.Duration) {
	us := float64(d) / float64(time.Microsecond)
	i := 0
	if us > 1 {
		i = min(int(math.Log2(us)*bucketsPerDoubling), bucketCount-1)
	}
	h.count++
	h.buckets[i]++
}

// quantile returns the upper bound in µs of the bucket that holds the quantile, 0 when empty.
func (h *histogram) quantile(q float64) float64 {
	rank := int64(math.Ceil(q * float64(h.count)))
	var seen int64
	for i, n := range h.buckets {
		seen += n
		if n > 0 && seen >= rank {
			return math.Round(10*math.Exp2(float64(i+1)/bucketsPerDoubling)) / 10
		}
	}
	return 0
}
