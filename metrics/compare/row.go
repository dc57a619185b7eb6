package compare

import "github.com/liveload/liveload/metrics"

// A Verdict says what became of a number.
type Verdict string

const (
	Better  Verdict = "better"
	Worse   Verdict = "worse"
	Changed Verdict = "changed" // more than noise, and neither is better
	Same    Verdict = "same"    // any difference is small, or no more than noise
	Unclear Verdict = "unclear" // there is too little to say
)

// A Statistic is what is compared of a metric.
type Statistic string

const (
	Median       Statistic = "p50"
	P95          Statistic = "p95"
	P99          Statistic = "p99"
	Share        Statistic = "share" // of all that there were
	PerSecond    Statistic = "per second"
	PerIteration Statistic = "per iteration"
)

// A Row is one number of both runs.
type Row struct {
	Metric    *metrics.Metric `json:"-"`
	Name      string          `json:"metric"`
	Label     string          `json:"label,omitempty"` // value of the metric's first label; "" for all together
	Statistic Statistic       `json:"statistic"`
	Old       float64         `json:"old"` // in the metric's unit
	New       float64         `json:"new"`
	// Change is relative, 0.1 for 10 % more; of a share it is the difference. Nil when it was 0 before.
	Change *float64 `json:"change"`
	// Relative is the change beyond that of the other labels of the metric, where that is what shows it. Nil elsewhere.
	Relative *float64 `json:"relative,omitempty"`
	// Noise is how large such a change of equal runs can be, in 19 of 20 cases. Nil when that is not known.
	Noise   *float64 `json:"noise"`
	Verdict Verdict  `json:"verdict"`
	Why     string   `json:"why,omitempty"` // it is unclear

	samples []sample // logarithms of new / old in each bucket, of a distribution
	least   float64  // the smallest change that counts
	chance  float64  // of such a difference between equal runs; 1 when it is not known
	higher  bool     // is better
	either  bool     // is neither better nor worse
	only    bool     // the label is the only one, so that the row is also that of all together
}
