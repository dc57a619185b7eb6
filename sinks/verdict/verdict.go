// Package verdict says whether a run passed, and why: the first thing that people ask. Terminal, Markdown, reports and the
// dashboard say the same. The exit code of a run follows the same rules.
package verdict

import (
	"fmt"
	"slices"
	"strings"

	"github.com/liveload/liveload/metrics"
)

// A State is how a run or a scenario ended.
type State string

const (
	Passed   State = "passed"   // what was promised was kept
	Finished State = "finished" // nothing was promised, and nothing failed
	Troubled State = "troubled" // it came to an end, but not as it should have
	Failed   State = "failed"
)

// A Verdict is what a reader wants to know first.
type Verdict struct {
	State  State
	Title  string   // "Failed"
	Why    string   // one sentence
	More   []string // what failed, the most important first
	Doubts []string // why the numbers may say less than they seem to
}

// Clean says that nothing failed and that nothing is to be doubted.
func (v Verdict) Clean() bool {
	return (v.State == Passed || v.State == Finished) && len(v.More)+len(v.Doubts) == 0
}

// Of judges the Results of one run, or one of them.
func Of(results ...metrics.Result) Verdict {
	c := countAll(results)
	v := Verdict{State: Failed, Title: "Failed", More: slices.Concat(c.reasons, c.failed), Doubts: c.doubts}
	switch {
	case len(results) == 0:
		v.Why = "No scenario has run."
	case len(c.broken) == 1 && len(results) == 1:
		v.Title, v.Why = "Could not run", ""
	case len(c.broken) > 0:
		v.Why = fmt.Sprintf("%d of %d scenarios could not run.", len(c.broken), len(results))
	case c.limit != nil && len(c.cut) > 0:
		v.State, v.Title, v.Why = Troubled, "Cut short", c.limit.Statement
	case c.limit != nil && c.limit.Held == nil && c.interrupted:
		v.State, v.Title, v.Why = Troubled, "Interrupted", c.limit.Statement
	case c.limit != nil && c.limit.Held == nil:
		v.Title, v.Why = "No load held", c.limit.Statement
	case c.unmet > 0 && c.thresholds == 1:
		v.Why = "The threshold was not met."
	case c.unmet > 0:
		v.Why = fmt.Sprintf("%d of %d thresholds %s not met.", c.unmet, c.thresholds, were(c.unmet))
	case len(c.fruitless) > 0:
		v.Why = "No iteration" + c.of(c.fruitless) + " succeeded."
	case len(c.lost) > 0:
		v.Why = "Every node" + c.of(c.lost) + " was lost."
	case len(c.tooMany) > 0:
		v.Why = strings.Join(c.tooMany, "; ") + "."
	case len(c.cut) > 0:
		v.State, v.Title, v.Why = Troubled, "Cut short", upper(strings.Join(c.cut, "; "))+": what came later is missing."
	case c.interrupted:
		v.State, v.Title, v.Why = Troubled, "Interrupted", "The run was stopped before its end."
	case len(c.empty) > 0:
		v.Title, v.Why = "Nothing was measured", "No iteration"+c.of(c.empty)+" has ended."
	case c.limit != nil:
		v.State, v.Title, v.Why = Passed, held(c.limit)+" held", c.limit.Statement
		v.More = c.reasons // failures beyond the limit are no surprise
	case c.thresholds > 0:
		v.State, v.Title, v.Why = Passed, "Passed", c.met()
	case len(v.More) > 0:
		v.State, v.Title, v.Why = Troubled, "Finished with failures", "No threshold says how many are too many."
	default:
		v.State, v.Title, v.Why = Finished, "Finished", "Nothing failed, and no threshold was set."
	}
	return v
}

// held is the largest load that held.
func held(l *metrics.Limit) string {
	if step := l.HeldStep(); step != nil {
		return step.Text
	}
	return fmt.Sprintf("%v %s", *l.Held, l.Of)
}

func upper(text string) string { return strings.ToUpper(text[:1]) + text[1:] }

func were(n int) string {
	if n == 1 {
		return "was"
	}
	return "were"
}
