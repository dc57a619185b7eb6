package report

import (
	"fmt"
	"slices"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/threshold"
	"github.com/liveload/liveload/sinks/plaintext"
)

// verdict judges Results as the exit code of a run does.
func verdict(results []metrics.Result) Verdict {
	c := count(results)
	v := Verdict{State: Failed, Title: "Failed", More: c.reasons}
	switch {
	case len(c.broken) > 0:
		v.Why = fmt.Sprintf("%d of %s could not run.", len(c.broken), plaintext.Plural(int64(len(results)), "scenario"))
	case c.limit != nil && c.limit.Held == nil:
		v.Why = "Not even the first load held."
	case c.unmet > 0 && c.thresholds == 1:
		v.Why = "The threshold was not met."
	case c.unmet > 0:
		v.Why = fmt.Sprintf("%d of %d thresholds not met.", c.unmet, c.thresholds)
	case len(c.fruitless) > 0:
		v.Why = fmt.Sprintf("No iteration of %s succeeded.", c.fruitless[0])
	case c.interrupted:
		v.State, v.Title, v.Why = Troubled, "Interrupted", "Somebody ended the run before its end."
	case len(c.empty) > 0:
		v.Why = fmt.Sprintf("Nothing was measured of %s: no iteration has ended.", c.empty[0])
	case c.limit != nil:
		v.State, v.Title, v.Why = Passed, c.limit.HeldStep().Text+" held", c.limit.Statement
	case c.thresholds > 0:
		v.State, v.Title, v.Why = Passed, "Passed", c.met()
	case c.failures > 0 || len(c.reasons) > 0:
		v.State, v.Title, v.Why = Troubled, "Finished with failures", "No threshold says how many are too many."
	default:
		v.State, v.Title, v.Why = Finished, "Finished", "Nothing failed, and no threshold was set."
	}
	return v
}

// A tally is what a verdict rests on.
type tally struct {
	thresholds, unmet        int
	broken, empty, fruitless []string // scenarios
	interrupted              bool
	failures                 int64
	limit                    *metrics.Limit
	reasons                  []string
}

func count(results []metrics.Result) (c tally) {
	var problems []string
	for i := range results {
		r := &results[i]
		prefix := ""
		if len(results) > 1 {
			prefix = r.Name + ": "
		}
		c.thresholds += len(r.Thresholds)
		for _, o := range r.Thresholds {
			if !o.OK {
				c.unmet++
				c.reasons = append(c.reasons, prefix+threshold.Complaint(o))
			}
		}
		ok, failed := r.Global.Counters[metrics.Iterations.Name].By[metrics.OutcomeOK], r.Global.Counters[metrics.IterationFailures.Name].Aggregate
		switch {
		case r.Error != "":
			c.broken = append(c.broken, r.Name)
			c.reasons = append(c.reasons, prefix+r.Error)
		case ok == 0 && failed+r.Global.Users.Failed > 0:
			c.fruitless = append(c.fruitless, r.Name)
		case r.MeasuredNothing():
			c.empty = append(c.empty, r.Name)
		}
		if r.Limit != nil {
			c.limit = r.Limit
		}
		c.interrupted = c.interrupted || r.Interrupted
		c.failures += failed
		problems = append(problems, troubles(prefix, r)...)
	}
	c.reasons = slices.Concat([]string{}, c.reasons, problems)
	return c
}

func (c tally) met() string {
	if c.thresholds == 1 {
		return "The threshold was met."
	}
	return fmt.Sprintf("All %d thresholds were met.", c.thresholds)
}

// troubles counts what failed in a scenario.
func troubles(prefix string, r *metrics.Result) (lines []string) {
	add := func(n int64, noun string) {
		if n > 0 {
			lines = append(lines, prefix+plaintext.Plural(n, noun)+" failed")
		}
	}
	requests, checks := int64(0), int64(0)
	for _, f := range r.FailedRequests() {
		requests += f.Count
	}
	for _, f := range r.FailedChecks() {
		checks += f.Count
	}
	add(r.Global.Counters[metrics.IterationFailures.Name].Aggregate, "iteration")
	add(requests, "request")
	add(checks, "check")
	return lines
}
