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
	judged := readable.Judge(c)
	said := short(judged.Sentence())
	blocks := []block{
		{head: fmt.Sprintf("## liveload: %s %s\n\n%s.\n", moods[judged.Mood], judged.Title, Text(strings.ToUpper(said[:1])+said[1:]))},
		missing(c.Missing), limits(c),
	}
	for _, s := range c.Scenarios {
		blocks = append(blocks, scenario(s)...)
	}
	return fit(blocks, CommentLimit, "A report in JSON has everything.")
}

func missing(all []compare.Missing) block {
	b := block{name: "scenarios that are not compared", rank: rankTrust, more: "\nand %s more\n"}
	for _, m := range all {
		why := ""
		if m.Why != "" {
			why = ": " + Code(short(m.Why))
		}
		b.rows = append(b.rows, fmt.Sprintf("\n❌ %s is not compared: %s has no numbers of it%s\n", Code(short(m.Name)), Code(short(m.In)), why))
	}
	return b
}

func limits(c compare.Comparison) block {
	b := block{name: "limits", rank: rankThresholds, more: row("", "and %s more", "")}
	for _, l := range c.Limits {
		where := ""
		if l.Scenario != "" && len(c.Scenarios) > 1 {
			where = " in " + Code(short(l.Scenario))
		}
		b.rows = append(b.rows, row(Mark(l.OK), Code(short(l.Limit))+where, Text(short(l.Why))))
	}
	return begun(b, "\n| | limit | |\n|---|---|---|\n")
}

// scenario are the blocks of one.
func scenario(s compare.Scenario) []block {
	name := short(s.Name)
	doubts := block{name: "doubts of " + name, rank: rankTrust, more: "- and %s more\n"}
	for _, d := range s.Doubts {
		sign := "-"
		if d.Spoils {
			sign = "- ⚠️"
		}
		doubts.rows = append(doubts.rows, fmt.Sprintf("%s %s\n", sign, Text(short(d.Text))))
	}
	thresholds := block{name: "thresholds of " + name, rank: rankThresholds, more: "\nand %s more\n"}
	for _, t := range s.Thresholds {
		if said := readable.ThresholdChange(t); said != "" {
			thresholds.rows = append(thresholds.rows, fmt.Sprintf("\n%s Threshold %s\n", Mark(!t.Lost()), Code(short(said))))
		}
	}
	differences := rows(s.Rows, func(v compare.Verdict) bool { return v != compare.Same && v != compare.Unclear })
	return append([]block{
		{name: name, rank: rankHead, head: fmt.Sprintf("\n### %s\n\n%s → %s\n\n", Code(name), run(s.Old), run(s.New))},
		doubts,
		{name: "differences of " + name, rank: rankFelt, head: fmt.Sprintf("\n%s\n", readable.Verdicts(s)) + differences},
		thresholds,
		{name: "failures of " + name, rank: rankFailures, head: failures("new failure", s.NewFailures) + failures("failure that is gone", s.GoneFailures)},
		{name: "what one run of " + name + " has measured", rank: rankMeasured, head: measured("old", s.OnlyOld) + measured("new", s.OnlyNew)},
	}, folded(name, s.Rows)...)
}

// run is a file, with the commit of what ran.
func run(r *compare.Run) string {
	if r.Git == "" {
		return Code(short(r.File))
	}
	return Code(short(r.File)) + " (" + Code(short(r.Git)) + ")"
}

// folded has the rows that are the same or unclear, which few people want to see.
func folded(name string, all []compare.Row) (blocks []block) {
	for _, v := range []struct {
		verdict compare.Verdict
		title   string
	}{{compare.Unclear, "Unclear"}, {compare.Same, "The same"}} {
		if table := rows(all, func(of compare.Verdict) bool { return of == v.verdict }); table != "" {
			text := fmt.Sprintf("\n<details><summary>%s</summary>\n%s\n</details>\n", v.title, table)
			blocks = append(blocks, block{name: strings.ToLower(v.title) + " numbers of " + name, rank: rankCounted, head: text})
		}
	}
	return blocks
}

func failures(title string, all []compare.Failure) string {
	var out strings.Builder
	for i, f := range all {
		if i == 0 {
			fmt.Fprintf(&out, "\n| | %s | count |\n|---|---|--:|\n", title)
		}
		if i == mostListed {
			fmt.Fprintf(&out, "| | and %d more | |\n", len(all)-i)
			break
		}
		fmt.Fprintf(&out, "| %s | %s | %d |\n", f.Kind, Code(short(f.Text)), f.Count)
	}
	return out.String()
}

func measured(run string, all []compare.Measured) string {
	var names []string
	for i, m := range all {
		if i == mostListed {
			names = append(names, fmt.Sprintf("and %d more", len(all)-i))
			break
		}
		names = append(names, Text(short(readable.OnlyMeasured(m))))
	}
	if len(names) == 0 {
		return ""
	}
	return fmt.Sprintf("\nMeasured in the %s run only: %s\n", run, strings.Join(names, ", "))
}

// verdicts are their signs.
var verdicts = map[compare.Verdict]string{compare.Worse: "❌ worse", compare.Better: "✅ better", compare.Changed: "⚠️ changed"}

func rows(all []compare.Row, wanted func(compare.Verdict) bool) string {
	var out strings.Builder
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
			what += " " + Code(short(d.Label))
		}
		fmt.Fprintf(&out, "| %s | %s | %s | %s | %s | %s | %s | %s |\n", verdicts[r.Verdict], what, d.Statistic, Text(d.Old), Text(d.New), d.Change, d.Noise, Text(short(d.Why)))
	}
	if n > mostRows {
		fmt.Fprintf(&out, "\nand %d more\n", n-mostRows)
	}
	return out.String()
}
