package readable

import (
	"fmt"
	"strings"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/metrics/compare"
	"github.com/liveload/liveload/metrics/words"
	"github.com/liveload/liveload/sinks/plaintext"
)

// A Difference is a row of a comparison in words.
type Difference struct {
	Metric    string // "click answered", "requests to the server per iteration"
	Label     string // "" for all together
	Statistic string // as limits name it
	Old, New  string
	Change    string // "+18 %"
	Noise     string // "±4 %"; "" when it is not known
	Why       string // why the change counts otherwise than it looks; "" mostly
}

// What is the metric with its label.
func (d Difference) What() string { return strings.TrimSpace(d.Metric + " " + d.Label) }

// DifferenceOf describes a row.
func DifferenceOf(r compare.Row) Difference {
	d := Difference{
		Metric: words.Of(r.Metric).Name, Label: plaintext.Line(r.Label), Statistic: string(r.Statistic), Old: ofRow(r, r.Old), New: ofRow(r, r.New), Change: "new", Why: r.Why,
	}
	if r.Statistic == compare.PerSecond || r.Statistic == compare.PerIteration {
		d.Statistic = "rate"
	}
	if r.Statistic == compare.PerIteration {
		d.Metric += " per iteration"
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
	if r.Relative != nil && d.Why == "" {
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
	case compare.PerSecond, compare.PerIteration:
		text := Number(v)
		if r.Metric.Unit == metrics.Bytes {
			text = Bytes(v)
		}
		if r.Statistic == compare.PerSecond {
			text += "/s"
		}
		return text
	}
	return Value(r.Metric, v)
}

// OnlyMeasured is what one of the runs has measured.
func OnlyMeasured(m compare.Measured) string {
	return strings.TrimSpace(words.Of(&metrics.Metric{Name: m.Metric}).Name + " " + plaintext.Line(m.Label))
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

// ThresholdChange says what became of a threshold; "" when that is the same in both runs.
func ThresholdChange(t compare.Threshold) string {
	what := plaintext.Line(t.Metric + ": " + t.Expression)
	switch {
	case t.Lost() && t.Old == nil:
		return what + " is not met; the old run did not have it"
	case t.Lost():
		return what + " is not met any more"
	case t.Gained():
		return what + " is met now"
	case t.New == nil:
		return what + " is not asked any more"
	}
	return ""
}
