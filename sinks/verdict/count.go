package verdict

import (
	"fmt"
	"strings"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/threshold"
	"github.com/liveload/liveload/sinks/plaintext"
)

// A count is what a verdict rests on.
type count struct {
	scenarios                int
	thresholds, unmet        int
	broken, empty, fruitless []string // scenarios
	lost                     []string // whose nodes were all lost
	tooMany                  []string // in one line for each scenario
	interrupted              bool
	cut                      []string // in one line for each scenario
	limit                    *metrics.Limit
	reasons, failed, doubts  []string
}

func countAll(results []metrics.Result) (c count) {
	c.scenarios = len(results)
	for i := range results {
		prefix := ""
		if len(results) > 1 {
			prefix = results[i].Name + ": "
		}
		c.add(prefix, &results[i])
	}
	return c
}

func (c *count) add(prefix string, r *metrics.Result) {
	ok, failed := r.Global.Counters[metrics.Iterations.Name].By[metrics.OutcomeOK], r.Global.Counters[metrics.IterationFailures.Name].Aggregate
	switch {
	case r.Error != "":
		c.broken = append(c.broken, r.Name)
		c.reasons = append(c.reasons, prefix+r.Error)
		return
	case r.Limit != nil:
		c.limit = r.Limit
	case ok == 0 && failed+r.Global.Users.Failed > 0:
		c.fruitless = append(c.fruitless, r.Name)
	case r.MeasuredNothing() && r.PartOf == 0:
		c.empty = append(c.empty, r.Name)
	}
	if r.LostAllNodes() && r.PartOf == 0 && r.Limit == nil {
		c.lost = append(c.lost, r.Name)
	}
	if many := TooMany(r); many != "" {
		c.tooMany = append(c.tooMany, prefix+many)
	}
	c.interrupted = c.interrupted || r.Interrupted
	if r.CutShort != nil {
		c.cut = append(c.cut, prefix+"liveload died "+r.CutShort.After().String()+" after the start")
	}
	if r.Limit == nil { // else they are those of the load that held
		c.judge(prefix, r.Thresholds)
	}
	c.failed = append(c.failed, failures(prefix, r)...)
	c.doubts = append(c.doubts, doubts(prefix, r)...)
}

func (c *count) judge(prefix string, outcomes []metrics.ThresholdOutcome) {
	c.thresholds += len(outcomes)
	for _, o := range outcomes {
		if o.OK {
			continue
		}
		c.unmet++
		if o.NotJudged != "" {
			c.reasons = append(c.reasons, prefix+o.Metric+" "+o.Expression+" is "+threshold.Describe(o))
		} else {
			c.reasons = append(c.reasons, prefix+threshold.Complaint(o))
		}
	}
}

// of names scenarios where there are others.
func (c *count) of(names []string) string {
	if c.scenarios == 1 {
		return ""
	}
	return " of " + strings.Join(names, ", ")
}

func (c *count) met() string {
	if c.thresholds == 1 {
		return "The threshold was met."
	}
	return fmt.Sprintf("All %d thresholds were met.", c.thresholds)
}

// failures says what failed in a scenario, in one line each.
func failures(prefix string, r *metrics.Result) (lines []string) {
	add := func(n, of int64, noun string) {
		if n > 0 && of > 0 {
			lines = append(lines, fmt.Sprintf("%s%s of %s failed", prefix, plaintext.Count(n), plaintext.Plural(of, noun)))
		} else if n > 0 {
			lines = append(lines, fmt.Sprintf("%s%s failed", prefix, plaintext.Plural(n, noun)))
		}
	}
	checks, evaluated := int64(0), r.Global.Counters[metrics.Checks.Name].Aggregate
	for _, f := range r.FailedChecks() {
		checks += f.Count
	}
	requests := int64(0)
	for _, f := range r.FailedRequests() {
		requests += f.Count
	}
	iterations := r.Global.Counters[metrics.IterationFailures.Name].Aggregate
	add(iterations, r.Global.Counters[metrics.Iterations.Name].Aggregate, "iteration")
	if iterations == 0 {
		add(r.Global.Users.Failed, r.Global.Users.Total, "user")
	}
	add(requests, 0, "request") // of which some have no status, and are not among http_requests
	add(checks, evaluated, "check")
	return lines
}

// doubts says what makes the numbers less than they seem.
func doubts(prefix string, r *metrics.Result) (lines []string) {
	add := func(format string, args ...any) { lines = append(lines, prefix+fmt.Sprintf(format, args...)) }
	saturated := r.Health.Saturated && r.Limit == nil // a search says itself when the generator was its limit
	if n := len(r.Health.SaturatedNodes); saturated && n > 0 && n < len(r.Nodes) {
		add("%d of %d nodes %s saturated: the times measure %s, not the application alone", n, len(r.Nodes), were(n), map[bool]string{true: "it", false: "them"}[n == 1])
	} else if saturated {
		add("the load generator was saturated: the times measure it, not the application alone")
	}
	lost, broken := 0, 0
	for _, n := range r.Nodes {
		switch n.Status {
		case metrics.NodeLost:
			lost++
		case metrics.NodeError:
			broken++
		}
	}
	if lost > 0 {
		add("%d of %s lost: what they did later is missing", lost, plaintext.Plural(int64(len(r.Nodes)), "node"))
	}
	if broken > 0 {
		add("%d of %s could not run: their part of the load is missing", broken, plaintext.Plural(int64(len(r.Nodes)), "node"))
	}
	if n := r.Global.Counters[metrics.SessionsLost.Name].Aggregate; n > 0 {
		add("%s lost with their browser or page: what these measured last is missing", plaintext.Plural(n, "session"))
	}
	if n := r.Global.Counters[metrics.BrowserStalls.Name].Aggregate; n > 0 {
		add("browsers stood still %s: the times measure that, too", plaintext.Plural(n, "time"))
	}
	if n := r.Global.Counters[metrics.DroppedIterations.Name].Aggregate; n > 0 {
		add("%s never began: the load was smaller than planned", plaintext.Plural(n, "iteration"))
	}
	if n := r.Global.Counters[metrics.SinkPointsLost.Name].Aggregate; n > 0 {
		add("%s for outputs lost", plaintext.Plural(n, "point"))
	}
	return lines
}
