package terminal

import (
	"fmt"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/plaintext"
)

// A shortfall is a cause of iterations that began late or never, and what to do about it.
type shortfall struct{ metric, cause, text, fix string }

// shortfalls has the most important ones first. The causes are those of package runner.
var shortfalls = []shortfall{
	{metrics.DroppedIterations.Name, metrics.CauseNoUser, "%s dropped, since %s were busy when they were due", "raise maxUsers (--max-users), or lower the rate"},
	{metrics.DroppedIterations.Name, metrics.CauseNoSession, "%s dropped, since the user that was started for each got no browser session", "see the failures above"},
	{metrics.DroppedIterations.Name, metrics.CauseUnbegun, "%s not begun, since %s", ""},
	{metrics.LateIterations.Name, metrics.CauseStarting, "%s late, since more users had to start first", "raise preStartedUsers (--pre-started-users)"},
	{metrics.LateIterations.Name, metrics.CauseGenerator, "%s late, since liveload itself had no time for them", "use a larger machine, or a lower rate"},
}

// loadLines say which part of the planned load was not made.
func loadLines(r metrics.Result) []text {
	var lines []text
	for _, s := range shortfalls {
		n := r.Global.Counters[s.metric].By[s.cause]
		if n == 0 {
			continue
		}
		if len(lines) == 0 {
			lines = append(lines, text{})
		}
		what := fmt.Sprintf("%s of %s", plaintext.Count(n), plaintext.Plural(due(r), "iteration"))
		verb := " were"
		if s.metric == metrics.LateIterations.Name {
			verb = " began"
		}
		message := fmt.Sprintf("! "+s.text, what+verb)
		switch s.cause {
		case metrics.CauseNoUser:
			message = fmt.Sprintf("! "+s.text, what+verb, busy(r))
		case metrics.CauseUnbegun:
			var why string
			why, s.fix = unbegun(r)
			message = fmt.Sprintf("! "+s.text, what+verb, why)
		}
		lines = append(lines, text{{whole, ""}, {warning, message + ": " + s.fix}})
	}
	return lines
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
