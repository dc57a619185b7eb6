package compare

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

const (
	// fewestBuckets are needed to see how much a number varies by itself.
	fewestBuckets = 4
	// batchSize is how many neighbouring buckets are a batch, where there are enough for fewestBatches.
	batchSize, fewestBatches = 3, 6
	// strongest is the strongest correlation of neighbouring batches that is reckoned with.
	strongest = 0.8
)

// A sample is a difference of two runs in one bucket, and how much it weighs.
type sample struct{ diff, weight float64 }

// A spread says how much the mean of samples varies by itself.
type spread struct {
	mean    float64
	se      float64 // standard error of the mean
	freedom float64 // degrees of freedom of se
}

// spreadOf estimates the spread from batches of neighbouring buckets. Buckets of one run are not independent: load,
// bursts, caches and garbage collection reach over several of them. Means of long batches nearly are, and what
// correlation remains between neighbours widens the error. Samples without weight are left out. ok is false when there are too few buckets to say.
func spreadOf(samples []sample) (s spread, ok bool) {
	samples = slices.DeleteFunc(slices.Clone(samples), func(s sample) bool { return s.weight == 0 })
	if len(samples) < fewestBuckets {
		return spread{}, false
	}
	batches := batched(samples)
	k := float64(len(batches))
	total := 0.0
	for _, b := range batches {
		s.mean += b.diff * b.weight
		total += b.weight
	}
	s.mean /= total
	variance := 0.0
	for _, b := range batches {
		variance += math.Pow(b.weight/total*(b.diff-s.mean), 2)
	}
	correlation := neighbours(batches, s.mean)
	s.se = math.Sqrt(variance * k / (k - 1) * (1 + correlation) / (1 - correlation))
	s.freedom = max(2, (k-1)*(1-correlation)/(1+correlation))
	return s, true
}

// batched joins neighbouring samples to batches of nearly the same number.
func batched(samples []sample) []sample {
	n := len(samples)
	k := min(n, max(n/batchSize, fewestBatches))
	batches := make([]sample, k)
	for i := range batches {
		b := &batches[i]
		for _, s := range samples[i*n/k : (i+1)*n/k] {
			b.diff += s.diff * s.weight
			b.weight += s.weight
		}
		b.diff /= b.weight
	}
	return batches
}

// neighbours is the correlation of neighbouring batches, from 0 on. Of few batches it is estimated too low by about one
// over their number, which is added.
func neighbours(batches []sample, mean float64) float64 {
	products, squares := 0.0, 0.0
	for i, b := range batches {
		squares += (b.diff - mean) * (b.diff - mean)
		if i > 0 {
			products += (b.diff - mean) * (batches[i-1].diff - mean)
		}
	}
	if squares == 0 {
		return 0
	}
	return min(max(products/squares+1/float64(len(batches)), 0), strongest)
}

// chance is how likely a difference of this size, or a larger one, is by chance.
func (s spread) chance(diff float64) float64 {
	if diff == 0 {
		return 1
	}
	return 2 * s.student().CDF(-math.Abs(diff)/s.se)
}

// reach is how far by chance the mean gets in all but a share of cases.
func (s spread) reach(share float64) float64 { return s.se * s.student().Quantile(1-share/2) }

func (s spread) student() distuv.StudentsT {
	return distuv.StudentsT{Mu: 0, Sigma: 1, Nu: s.freedom}
}
