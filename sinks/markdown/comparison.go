package markdown

import (
	"fmt"
	"strings"

	"github.com/liveload/liveload/metrics/compare"
	"github.com/liveload/liveload/sinks/plaintext"
	"github.com/liveload/liveload/sinks/readable"
)

// Comparison writes what differs between two runs, for a comment of a pull request.
func Comparison(c compare.Comparison) string {
	var out strings.Builder
	out.WriteString("## liveload: " + headline(c) + "\n")
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
		fmt.Fprintf(&out, "| %s | %s %s | %s |\n", mark(l.OK), Cell(l.Limit), Cell(l.Scenario), Cell(l.Why))
	}
	return out.String()
}

func headline(c compare.Comparison) string {
	worse, better, doubted, broken := 0, 0, 0, 0
	for _, l := range c.Limits {
		if !l.OK {
			broken++
		}
	}
	for _, s := range c.Scenarios {
		worse, better = worse+s.Count(compare.Worse), better+s.Count(compare.Better)
		if !s.Comparable() {
			doubted++
		}
	}
	switch {
	case len(c.Scenarios) == 0:
		return "❌ nothing can be compared: no scenario is in both files"
	case doubted > 0:
		return "⚠️ the runs cannot be compared"
	case broken > 0:
		return fmt.Sprintf("❌ %s not held", plaintext.Plural(int64(broken), "limit"))
	case worse > 0:
		return fmt.Sprintf("❌ %s worse, %d better", plaintext.Plural(int64(worse), "number"), better)
	case len(c.Missing) > 0:
		return fmt.Sprintf("⚠️ %s not compared", plaintext.Plural(int64(len(c.Missing)), "scenario"))
	case better > 0:
		return fmt.Sprintf("✅ %s better, none worse", plaintext.Plural(int64(better), "number"))
	}
	return "✅ nothing differs by more than noise"
}

func mark(ok bool) string {
	if ok {
		return "✅"
	}
	return "❌"
}

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
	if len(s.Fresh) > 0 {
		fmt.Fprintf(out, "\nNew failures: %s\n", Code(strings.Join(s.Fresh, ", ")))
	}
	var others strings.Builder
	rows(&others, s.Rows, func(v compare.Verdict) bool { return v == compare.Same || v == compare.Unclear })
	if others.Len() > 0 {
		fmt.Fprintf(out, "\n<details><summary>The same, or unclear</summary>\n%s\n</details>\n", others.String())
	}
}

// signs are those of verdicts.
var signs = map[compare.Verdict]string{compare.Worse: "❌ ", compare.Better: "✅ ", compare.Changed: "⚠️ "}

func rows(out *strings.Builder, all []compare.Row, wanted func(compare.Verdict) bool) {
	head := "\n| | metric | | old | new | change | noise | |\n|---|---|---|--:|--:|--:|--:|---|\n"
	for _, r := range all {
		if !wanted(r.Verdict) {
			continue
		}
		d := readable.DifferenceOf(r)
		fmt.Fprintf(out, "%s| %s%s | %s | %s | %s | %s | %s | %s | %s |\n", head, signs[r.Verdict], r.Verdict, Cell(d.What), d.Statistic, d.Old, d.New, d.Change, d.Noise, Cell(d.Why))
		head = ""
	}
}
