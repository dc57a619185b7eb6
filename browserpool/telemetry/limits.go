package telemetry

import (
	"math"
	"slices"

	"github.com/liveload/liveload/metrics"
)

// Why samples of a page are not recorded, as values of metrics.SamplesDropped.
const (
	droppedUnreadable = "unreadable batch"
	droppedUnknown    = "unknown metric"
	droppedTooLarge   = "too large"
	droppedLongLabels = "labels too long"
	droppedLongBatch  = "batch too long"
	droppedOverBudget = "over the budget of a session"
)

// pageReasons are those that the script in the page may give.
var pageReasons = []string{"too many in the page", "not understood", "page never quiet", "too many console lines", "too many calls from a page"}

// limit is the largest value of a metric that a page may send, and the most that it may count at once.
func limit(m *metrics.Metric) float64 {
	switch {
	case m.Unit == metrics.Microseconds:
		return 1e11 // more than a day
	case m.Unit == metrics.Bytes:
		return 1e11
	case m.Unit == metrics.Ratio:
		return 1e4
	}
	return 1e7
}

// stepsOfRatio is how many steps of a ratio are told apart between 0 and 1. Of other units, a step is 1.
const stepsOfRatio = 1e5

// rounded returns a value of a page as it is recorded. With the limits, that bounds the bins of a distribution.
func rounded(m *metrics.Metric, v float64) float64 {
	if m.Unit == metrics.Ratio {
		return math.Round(v*stepsOfRatio) / stepsOfRatio
	}
	return math.Round(v)
}

// countable says whether a page may count n at once.
func countable(m *metrics.Metric, n float64) bool {
	return n >= 0 && n == math.Trunc(n) && (n <= limit(m) || m == metrics.SamplesDropped)
}

// reason bounds what a page says of what it has dropped.
func reason(said string) string {
	if slices.Contains(pageReasons, said) {
		return said
	}
	return metrics.OtherLabel
}
