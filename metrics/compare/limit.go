package compare

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/liveload/liveload/suggest"
)

// A Limit is how much worse a number may get.
type Limit struct {
	Text      string // as it was written
	Metric    string
	Key       string // name of the label; "" for the first one of the metric
	Label     string // its value; "" for all together
	Statistic string // p50, p95, p99, share, rate
	Change    float64
}

// A Limited is a Limit that was judged.
type Limited struct {
	Limit    string `json:"limit"`
	Scenario string `json:"scenario,omitempty"` // in which it is broken, or cannot be judged
	OK       bool   `json:"ok"`
	Why      string `json:"why"`
}

var limitForm = regexp.MustCompile(`^\s*([A-Za-z_][A-Za-z0-9_]*)\s*(?:\{\s*(?:([A-Za-z_]+)\s*:)?\s*([^{}]*?)\s*\})?\s+(p50|p95|p99|median|share|rate)\s+([+-][0-9]*\.?[0-9]+)\s*%\s*$`)

// ParseLimit reads a Limit such as "liveview_event_duration_us{event:add} p95 +10%".
func ParseLimit(text string) (Limit, error) {
	found := limitForm.FindStringSubmatch(text)
	if found == nil {
		return Limit{}, fmt.Errorf("%q is no limit: write METRIC STATISTIC CHANGE, such as 'liveview_event_duration_us p95 +10%%' or 'liveview_event_duration_us{event:add} p50 +20%%'; statistics are p50, p95, p99, share and rate", text)
	}
	change, err := strconv.ParseFloat(found[5], 64)
	if err != nil || change == 0 || math.Abs(change) > 1e6 {
		return Limit{}, fmt.Errorf("%q: a change of %s%% is no limit: write for example +10%%, for at most that much more, or -5%%, for at most that much less", text, found[5])
	}
	l := Limit{Text: strings.TrimSpace(text), Metric: found[1], Key: found[2], Label: found[3], Statistic: found[4], Change: change / 100}
	if l.Statistic == "median" {
		l.Statistic = string(Median)
	}
	return l, nil
}

// of says whether the limit is about a row.
func (l Limit) of(r Row) bool {
	if r.Name != l.Metric || r.Label != l.Label && (l.Label != "" || !r.only) {
		return false
	}
	if l.Key != "" && (len(r.Metric.Labels) == 0 || r.Metric.Labels[0].Name != l.Key) {
		return false
	}
	if l.Statistic == "rate" {
		return r.Statistic == PerSecond || r.Statistic == PerIteration
	}
	return string(r.Statistic) == l.Statistic
}

// judge says whether a limit holds in every scenario that has the metric. One that cannot be judged does not hold.
func (l Limit) judge(c *Comparison) Limited {
	var names []string
	judged := 0
	told := Limited{Limit: l.Text, OK: true, Why: "it holds"}
	for _, s := range c.Scenarios {
		for _, r := range s.Rows {
			if !slices.Contains(names, r.Name) {
				names = append(names, r.Name)
			}
			if !l.of(r) {
				continue
			}
			judged++
			if ok, why := l.holds(&s, r); !ok {
				return Limited{Limit: l.Text, Scenario: s.Name, Why: why}
			} else if why != "" {
				told.Why = why
			}
		}
	}
	if judged == 0 {
		told.OK, told.Why = false, "the runs do not both have such a number"
		if near := suggest.Closest(l.Metric, names); near != "" && near != l.Metric {
			told.Why += ": did you mean " + near + "?"
		}
	}
	return told
}

func (l Limit) holds(s *Scenario, r Row) (ok bool, why string) {
	changed, unit := "it was 0, and is not any more", "%"
	if r.Statistic == Share {
		unit = " points"
	}
	if r.Change != nil {
		changed = fmt.Sprintf("it changed by %+.1f%s", 100**r.Change, unit)
	}
	switch beyond := r.Change == nil || l.Change > 0 && *r.Change > l.Change || l.Change < 0 && *r.Change < l.Change; {
	case !s.Comparable():
		return false, "it cannot be judged: " + s.Doubts[0].Text
	case r.Verdict == Unclear && (r.Noise == nil || beyond):
		return false, "it cannot be judged: " + r.Why
	case beyond && r.Verdict == Same:
		return true, changed + ", which is no more than noise"
	case beyond:
		return false, changed
	}
	return true, ""
}
