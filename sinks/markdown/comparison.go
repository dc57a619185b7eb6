package markdown

import (
	"fmt"
	"strings"

	"github.com/liveload/liveload/metrics/compare"
	"github.com/liveload/liveload/sinks/readable"
)

const (
	// mostListed is how many failures and other things of a kind are listed.
	mostListed = 10
	// mostRows is how many numbers a table has. Comments may have 65,536 characters.
	mostRows = 40
)

// moods begin a judgement.
var moods = map[readable.Mood]string{readable.Good: Mark(true), readable.Bad: Mark(false), readable.Doubtful: "⚠️"}

// Comparison writes what differs between two runs, for a comment of a pull request.
func Comparison(c compare.Comparison) string {
	var out strings.Builder
	judged := readable.Judge(c)
	said := judged.Sentence()
	fmt.Fprintf(&out, "## liveload: %s %s\n\n%s.\n", moods[judged.Mood], judged.Title, Text(strings.ToUpper(said[:1])+said[1:]))
	for _, m := range c.Missing {
		why := ""
		if m.Why != "" {
			why = ": " + Code(m.Why)
		}
		fmt.Fprintf(&out, "\n❌ %s is not compared: %s has no numbers of it%s\n", Code(m.Name), Code(m.In), why)
	}
	if len(c.Limits) > 0 {
		out.WriteString("\n| | limit | |\n|---|---|---|\n")
	}
	for _, l := range c.Limits {
		where := ""
		if l.Scenario != "" && len(c.Scenarios) > 1 {
			where = " in " + Code(l.Scenario)
		}
		fmt.Fprintf(&out, "| %s | %s%s | %s |\n", Mark(l.OK), Code(l.Limit), where, Text(l.Why))
	}
	for _, s := range c.Scenarios {
		scenario(&out, s)
	}
	return out.String()
}

func scenario(out *strings.Builder, s compare.Scenario) {
	fmt.Fprintf(out, "\n### %s\n\n%s → %s\n\n", Code(s.Name), run(s.Old), run(s.New))
	for _, d := range s.Doubts {
		sign := "-"
		if d.Spoils {
			sign = "- ⚠️"
		}
		fmt.Fprintf(out, "%s %s\n", sign, Text(d.Text))
	}
	fmt.Fprintf(out, "\n%s\n", readable.Verdicts(s))
	rows(out, s.Rows, func(v compare.Verdict) bool { return v != compare.Same && v != compare.Unclear })
	for _, t := range s.Thresholds {
		if said := readable.ThresholdChange(t); said != "" {
			fmt.Fprintf(out, "\n%s Threshold %s\n", Mark(!t.Lost()), Code(said))
		}
	}
	failures(out, "new failure", s.NewFailures)
	failures(out, "failure that is gone", s.GoneFailures)
	measured(out, "old", s.OnlyOld)
	measured(out, "new", s.OnlyNew)
	folded(out, s.Rows)
}

// run is a file, with the commit of what ran.
func run(r *compare.Run) string {
	if r.Git == "" {
		return Code(r.File)
	}
	return Code(r.File) + " (" + Code(r.Git) + ")"
}

// folded has the rows that are the same or unclear, which few people want to see.
func folded(out *strings.Builder, all []compare.Row) {
	for _, v := range []struct {
		verdict compare.Verdict
		title   string
	}{{compare.Unclear, "Unclear"}, {compare.Same, "The same"}} {
		var table strings.Builder
		rows(&table, all, func(of compare.Verdict) bool { return of == v.verdict })
		if table.Len() > 0 {
			fmt.Fprintf(out, "\n<details><summary>%s</summary>\n%s\n</details>\n", v.title, table.String())
		}
	}
}

func failures(out *strings.Builder, title string, all []compare.Failure) {
	for i, f := range all {
		if i == 0 {
			fmt.Fprintf(out, "\n| | %s | count |\n|---|---|--:|\n", title)
		}
		if i == mostListed {
			fmt.Fprintf(out, "| | and %d more | |\n", len(all)-i)
			return
		}
		fmt.Fprintf(out, "| %s | %s | %d |\n", f.Kind, Code(f.Text), f.Count)
	}
}

func measured(out *strings.Builder, run string, all []compare.Measured) {
	var names []string
	for i, m := range all {
		if i == mostListed {
			names = append(names, fmt.Sprintf("and %d more", len(all)-i))
			break
		}
		names = append(names, Text(readable.OnlyMeasured(m)))
	}
	if len(names) > 0 {
		fmt.Fprintf(out, "\nMeasured in the %s run only: %s\n", run, strings.Join(names, ", "))
	}
}

// verdicts are their signs.
var verdicts = map[compare.Verdict]string{compare.Worse: "❌ worse", compare.Better: "✅ better", compare.Changed: "⚠️ changed"}

func rows(out *strings.Builder, all []compare.Row, wanted func(compare.Verdict) bool) {
	n := 0
	for _, r := range all {
		if !wanted(r.Verdict) {
			continue
		}
		if n++; n == 1 {
			out.WriteString("\n| | metric | | old | new | change | noise | |\n|---|---|---|--:|--:|--:|--:|---|\n")
		}
		if n > mostRows {
			continue
		}
		d := readable.DifferenceOf(r)
		what := Text(d.Metric)
		if d.Label != "" {
			what += " " + Code(d.Label)
		}
		fmt.Fprintf(out, "| %s | %s | %s | %s | %s | %s | %s | %s |\n", verdicts[r.Verdict], what, d.Statistic, Text(d.Old), Text(d.New), d.Change, d.Noise, Text(d.Why))
	}
	if n > mostRows {
		fmt.Fprintf(out, "\nand %d more\n", n-mostRows)
	}
}
