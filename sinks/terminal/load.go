package terminal

import (
	"fmt"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/plaintext"
)

// loadLines say which part of the planned load was not made, the most important causes first.
func loadLines(r metrics.Result) []text {
	var lines []text
	for _, m := range []*metrics.Metric{metrics.DroppedIterations, metrics.LateIterations} {
		for _, cause := range m.Labels[0].Values {
			if n := r.Global.Counters[m.Name].By[cause]; n > 0 {
				why, fix := shortfall(r, cause)
				message := fmt.Sprintf("! %s of %s %s: %s", plaintext.Count(n), plaintext.Plural(due(r), "iteration"), why, fix)
				lines = append(lines, text{{whole, ""}, {warning, message}})
			}
		}
	}
	if lines == nil {
		return nil
	}
	return append([]text{{}}, lines...)
}

// shortfall says what a cause did to iterations, and what to do about it.
func shortfall(r metrics.Result, cause string) (why, fix string) {
	switch cause {
	case metrics.CauseNoUser:
		return "were dropped, since " + busy(r) + " were busy when they were due", "raise maxUsers (--max-users), or lower the rate"
	case metrics.CauseNoSession:
		return "were dropped, since the user that was started for each got no browser session", "see the failures above"
	case metrics.CauseUnbegun:
		why, fix = unbegun(r)
		return "were not begun, since " + why, fix
	case metrics.CauseStarting:
		return "began late, since more users had to start first", "raise preStartedUsers (--pre-started-users)"
	}
	return "began late, since liveload itself had no time for them", "use a larger machine, or a lower rate"
}

// unbegun says why users did not begin all of their iterations, and what to do about it.
func unbegun(r metrics.Result) (why, fix string) {
	users := r.Global.Users
	options, _ := r.Options.(map[string]any)
	_, each := options["iterationsPerUser"]
	switch {
	case users.Failed > 0 && users.Failed == users.Total:
		return "all users had failed and ended", "see the failures above; with onFailure 'continue' (--on-failure) users go on"
	case users.Failed > 0:
		return fmt.Sprintf("%d of %s had failed and ended, or the duration was over", users.Failed, plaintext.Plural(users.Total, "user")),
			"with onFailure 'continue' (--on-failure) users go on; or raise the duration"
	case each:
		return "the duration was over or users had halted", "raise the duration"
	}
	return "the duration was over or no user was left", "raise the duration or the number of users"
}

// due is how many iterations should have begun.
func due(r metrics.Result) int64 {
	return r.Global.Counters[metrics.Iterations.Name].Aggregate + r.Global.Counters[metrics.DroppedIterations.Name].Aggregate
}

func busy(r metrics.Result) string {
	options, _ := r.Options.(map[string]any)
	switch most := options["maxUsers"].(type) {
	case int:
		return fmt.Sprintf("all %d users", most)
	case float64: // read from a file
		return fmt.Sprintf("all %.0f users", most)
	}
	return "all users"
}
