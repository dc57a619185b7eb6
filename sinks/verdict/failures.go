package verdict

import (
	"fmt"
	"strconv"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/plaintext"
)

// TooMany says which failures of a Result are more than it permits: "6 of 6 users failed, more than 50 %". It is "" when there
// are none.
func TooMany(r *metrics.Result) string {
	if r.FailureLimit == nil {
		return ""
	}
	g := &r.Global
	if r.FailureLimit.Users && above(r.FailureLimit.Share, g.Users.Failed, g.Users.Total) {
		return tooMany(r.FailureLimit.Share, g.Users.Failed, g.Users.Total, "user")
	}
	failed, all := g.Counters[metrics.IterationFailures.Name].Aggregate, g.Counters[metrics.Iterations.Name].Aggregate
	if above(r.FailureLimit.Share, failed, all) {
		return tooMany(r.FailureLimit.Share, failed, all, "iteration")
	}
	return ""
}

// above leaves room for what floating point makes of a percentage.
func above(share float64, failed, all int64) bool {
	return float64(failed)-share*float64(all) > 1e-9*float64(all)
}

func tooMany(share float64, failed, all int64, noun string) string {
	percent := strconv.FormatFloat(share*100, 'g', 6, 64)
	return fmt.Sprintf("%s of %s failed, more than %s %%", plaintext.Count(failed), plaintext.Plural(all, noun), percent)
}
