package compare

import (
	"fmt"
	"slices"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/threshold"
	"github.com/liveload/liveload/suggest"
)

// A Limited is a Limit that was judged.
type Limited struct {
	Limit    string `json:"limit"`
	Scenario string `json:"scenario,omitempty"` // in which it is broken, or cannot be judged
	OK       bool   `json:"ok"`
	Why      string `json:"why"`
}

// judge says whether a limit holds in every scenario that has the metric. One that cannot be judged does not hold. chance
// is the largest with which a difference counts as more than noise: a limit is named beforehand, so that it need not stand
// out among all numbers.
func (l Limit) judge(c *Comparison, chance float64) Limited {
	judged := 0
	told := Limited{Limit: l.Text, OK: true, Why: "it holds"}
	for i := range c.Scenarios {
		s := &c.Scenarios[i]
		for _, r := range s.Rows {
			if !l.of(r) {
				continue
			}
			judged++
			if ok, why := l.holds(s, r, chance); !ok {
				return Limited{Limit: l.Text, Scenario: s.Name, Why: why}
			} else if why != "" {
				told.Why = why
			}
		}
	}
	switch {
	case judged == 0 && l.countsNothing(c):
		told.Why = "neither run has counted any"
	case judged == 0:
		told.OK, told.Why = false, "the runs do not both have such a number"+l.meant(c)
	}
	return told
}

// countsNothing says whether the limit is of a counter that is 0 in all runs: what counts nothing is in no Result.
func (l Limit) countsNothing(c *Comparison) bool {
	m := l.metric()
	if m == nil || m.Kind != metrics.Counter || len(c.Scenarios) == 0 {
		return false
	}
	return !slices.ContainsFunc(c.Scenarios, func(s Scenario) bool { return !s.Comparable() })
}

// meant suggests the metric, or the label, that is in both runs.
func (l Limit) meant(c *Comparison) string {
	var names, labels []string
	for _, s := range c.Scenarios {
		for _, r := range s.Rows {
			names = append(names, r.Name)
			if r.Name == l.Metric && r.Label != "" {
				labels = append(labels, r.Label)
			}
		}
	}
	for _, suffix := range []string{"_us", "_bytes", "_percent"} { // many leave the unit out
		if slices.Contains(names, l.Metric+suffix) {
			return ": did you mean " + l.Metric + suffix + "?"
		}
	}
	if !slices.Contains(names, l.Metric) {
		if l.metric() != nil {
			return ""
		}
		if near := suggest.Closest(l.Metric, names); near != "" {
			return ": did you mean " + near + "?"
		}
	} else if near := suggest.Closest(l.Label, labels); near != "" && near != l.Label {
		return fmt.Sprintf(": did you mean %s{%s}?", l.Metric, near)
	}
	return ""
}

func (l Limit) holds(s *Scenario, r Row, chance float64) (ok bool, why string) {
	changed := "it was 0, and is not any more"
	if r.Change != nil {
		unit := "%"
		if r.Statistic == Share {
			unit = " points"
		}
		changed = fmt.Sprintf("it changed by %+.1f%s", 100**r.Change, unit)
	}
	changed += fmt.Sprintf(", from %s to %s", r.human(r.Old), r.human(r.New))
	_, written := l.amount(r.Metric)
	switch beyond := l.exceeded(r); {
	case !s.Comparable():
		return false, "it cannot be judged: " + s.Doubts[0].Text
	case !written:
		return false, fmt.Sprintf("it cannot be judged: a change of it is not written in %q", l.Unit)
	case r.Noise == nil && r.Why != "":
		return false, "it cannot be judged: " + r.Why
	case beyond && r.chance <= chance:
		return false, changed
	case beyond && (r.Noise == nil || *r.Noise > vague):
		return false, "it cannot be judged: it varies too much by itself: let the runs last longer"
	case beyond:
		return true, changed + ": that is no more than noise"
	}
	return true, ""
}

// human is a value of the row as people write it.
func (r Row) human(v float64) string {
	switch r.Statistic {
	case Share:
		return fmt.Sprintf("%.3g %%", 100*v)
	case PerSecond:
		return fmt.Sprintf("%.3g/s", v)
	}
	return threshold.Human(r.Metric.Unit, v)
}
