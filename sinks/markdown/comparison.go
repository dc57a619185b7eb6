package markdown

import (
	"fmt"
	"strings"

	"github.com/liveload/liveload/metrics/compare"
	"github.com/liveload/liveload/sinks/readable"
)

// Comparison writes what differs between two runs, for a comment of a pull request.
func Comparison(c compare.Comparison) string {
	var out strings.Builder
	judged := readable.Judge(c)
	fmt.Fprintf(&out, "## liveload: %s %s\n", marks[judged.Mood], Text(judged.Sentence()))
	for _, m := range c.Missing {
		why := ""
		if m.Why != "" {
			why = ": " + Code(m.Why)
		}
		fmt.Fprintf(&out, "\n❌ %s is not compared: %s has no numbers of it%s\n", Code(m.Name), Code(m.In), why)
	}
	for _, s := range c.Scenarios {
		scenario(&out, s)
	}
	if len(c.Limits) > 0 {
		out.WriteString("\n| | limit | |\n|---|---|---|\n")
	}
	for _, l := range c.Limits {
		fmt.Fprintf(&out, "| %s | %s %s | %s |\n", Mark(l.OK), Cell(l.Limit), Cell(l.Scenario), Cell(l.Why))
	}
	return out.String()
}

// marks begin a judgement.
var marks = map[readable.Mood]string{readable.Good: Mark(true), readable.Bad: Mark(false), readable.Doubtful: "⚠️"}

func scenario(out *strings.Builder, s compare.Scenario) {
	fmt.Fprintf(out, "\n### %s\n\n%s → %s\n\n", Code(s.Name), Code(s.Old.File), Code(s.New.File))
	for _, d := range s.Doubts {
		sign := "-"
		if d.Spoils {
			sign = "- ⚠️"
		}
		fmt.Fprintf(out, "%s %s\n", sign, Code(d.Text))
	}
	fmt.Fprintf(out, "\n%s\n", readable.Verdicts(s))
	rows(out, s.Rows, func(v compare.Verdict) bool { return v != compare.Same && v != compare.Unclear })
	for _, t := range s.Thresholds {
		if said := readable.ThresholdChange(t); said != "" {
			fmt.Fprintf(out, "\n%s Threshold %s\n", Mark(t.Gained()), Code(said))
		}
	}
	failures(out, "new failure", s.NewFailures)
	failures(out, "failure that is gone", s.GoneFailures)
	measured(out, "old", s.OnlyOld)
	measured(out, "new", s.OnlyNew)
	var others strings.Builder
	rows(&others, s.Rows, func(v compare.Verdict) bool { return v == compare.Same || v == compare.Unclear })
	if others.Len() > 0 {
		fmt.Fprintf(out, "\n<details><summary>The same, or unclear</summary>\n%s\n</details>\n", others.String())
	}
}

// mostListed is how many failures and other things of a kind are listed.
const mostListed = 10

func failures(out *strings.Builder, title string, all []compare.Failure) {
	for i, f := range all {
		if i == 0 {
			fmt.Fprintf(out, "\n| | %s | count |\n|---|---|--:|\n", title)
		}
		if i == mostListed {
			fmt.Fprintf(out, "| | and %d more | |\n", len(all)-i)
			return
		}
		fmt.Fprintf(out, "| %s | %s | %d |\n", f.Kind, Cell(f.Text), f.Count)
	}
}

func measured(out *strings.Builder, run string, all []compare.Measured) {
	var names []string
	for i, m := range all {
		if i == mostListed {
			names = append(names, fmt.Sprintf("and %d more", len(all)-i))
			break
		}
		names = append(names, Code(readable.OnlyMeasured(m)))
	}
	if len(names) > 0 {
		fmt.Fprintf(out, "\nMeasured in the %s run only: %s\n", run, strings.Join(names, ", "))
	}
}

// verdicts are their signs.
var verdicts = map[compare.Verdict]string{compare.Worse: "❌ ", compare.Better: "✅ ", compare.Changed: "⚠️ "}

func rows(out *strings.Builder, all []compare.Row, wanted func(compare.Verdict) bool) {
	head := "\n| | metric | | old | new | change | noise | |\n|---|---|---|--:|--:|--:|--:|---|\n"
	for _, r := range all {
		if !wanted(r.Verdict) {
			continue
		}
		d := readable.DifferenceOf(r)
		fmt.Fprintf(out, "%s| %s%s | %s | %s | %s | %s | %s | %s | %s |\n", head, verdicts[r.Verdict], r.Verdict, Cell(d.What()), d.Statistic, d.Old, d.New, d.Change, d.Noise, Cell(d.Why))
		head = ""
	}
}
