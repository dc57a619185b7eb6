package readable

import (
	"fmt"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/compare"
	"github.com/liveload/liveload/metrics/words"
	"github.com/liveload/liveload/sinks/plaintext"
)

// A Difference is a row of a comparison in words.
type Difference struct {
	What      string // metric and label
	Statistic string
	Old, New  string
	Change    string // "+18 %"
	Noise     string // "±4 %"; "" when it is not known
	Why       string // why the change counts otherwise than it looks; "" mostly
}

// DifferenceOf describes a row.
func DifferenceOf(r compare.Row) Difference {
	d := Difference{What: words.Of(r.Metric).Name, Statistic: string(r.Statistic), Old: ofRow(r, r.Old), New: ofRow(r, r.New), Change: "new", Why: r.Why}
	if r.Label != "" {
		d.What += " " + plaintext.Line(r.Label)
	}
	unit := " %"
	if r.Statistic == compare.Share {
		unit = " points"
	}
	if r.Change != nil {
		d.Change = signed(100**r.Change) + unit
	}
	if r.Noise != nil {
		d.Noise = "±" + Number(100**r.Noise) + unit
	}
	if r.Relative != nil {
		d.Why = "beyond the others: " + signed(100**r.Relative) + unit
	}
	return d
}

func signed(v float64) string {
	switch {
	case v > 0:
		return "+" + Number(v)
	case v < 0:
		return "-" + Number(-v)
	}
	return "0"
}

func ofRow(r compare.Row, v float64) string {
	switch r.Statistic {
	case compare.Share:
		return Number(100*v) + " %"
	case compare.PerSecond:
		return Number(v) + "/s"
	case compare.PerIteration:
		if r.Metric.Unit == metrics.Bytes {
			return Bytes(v)
		}
		return Number(v)
	}
	return Value(r.Metric, v)
}

// Verdicts counts the rows of a comparison in a line: "2 worse, 1 better, 31 the same".
func Verdicts(s compare.Scenario) (line string) {
	for _, v := range []struct {
		verdict compare.Verdict
		text    string
	}{{compare.Worse, "worse"}, {compare.Better, "better"}, {compare.Changed, "changed"}, {compare.Same, "the same"}, {compare.Unclear, "unclear"}} {
		if n := s.Count(v.verdict); n > 0 || v.verdict == compare.Worse {
			if line != "" {
				line += ", "
			}
			line += fmt.Sprintf("%d %s", n, v.text)
		}
	}
	return line
}
