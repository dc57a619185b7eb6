package terminal

import (
	"io"
	"strings"
	"unicode/utf8"

	"github.com/liveload/liveload/metrics/compare"
	"github.com/liveload/liveload/sinks/plaintext"
	"github.com/liveload/liveload/sinks/readable"
)

// WriteComparison writes what differs between two runs. all adds the numbers that are the same or unclear.
func WriteComparison(out io.Writer, c compare.Comparison, color, all bool) error {
	var lines []text
	for _, m := range c.Missing {
		t := text{{bad, "✗ "}, {bold, clean(m.Name)}, {plain, " is not compared: " + clean(m.In) + " has no numbers of it"}}
		if m.Why != "" {
			t = t.add(plain, ": "+clean(m.Why))
		}
		lines = append(lines, t)
	}
	for _, s := range c.Scenarios {
		lines = append(lines, comparisonLines(s, all)...)
	}
	for _, l := range c.Limits {
		lines = append(lines, limitedLine(l))
	}
	var printed strings.Builder
	for _, l := range lines {
		printed.WriteString((painter{color}).line(unlimited, l))
	}
	_, err := io.WriteString(out, printed.String())
	return err
}

func comparisonLines(s compare.Scenario, all bool) []text {
	lines := []text{{{bold, clean(s.Name)}, {plain, "  " + clean(s.Old.File) + " → " + clean(s.New.File)}}}
	for _, d := range s.Doubts {
		if d.Spoils {
			lines = append(lines, text{{warning, "  ! " + clean(d.Text)}})
		} else {
			lines = append(lines, text{{dim, "  " + clean(d.Text)}})
		}
	}
	if !s.Comparable() {
		lines = append(lines, text{{warning, "  Differences below say nothing about the application."}})
	}
	lines = append(lines, text{{plain, "  " + readable.Verdicts(s)}})
	lines = append(lines, differenceLines(s.Rows, all)...)
	if len(s.Fresh) > 0 {
		lines = append(lines, text{{bad, "  new failures: " + clean(strings.Join(s.Fresh, ", "))}})
	}
	return append(lines, text{})
}

var verdictStyles = map[compare.Verdict]style{compare.Better: good, compare.Worse: bad, compare.Changed: warning}

// differenceLines aligns the rows.
func differenceLines(rows []compare.Row, all bool) (lines []text) {
	var cells [][]string
	var shown []compare.Row
	widths := make([]int, 7)
	for _, r := range rows {
		if (r.Verdict == compare.Same || r.Verdict == compare.Unclear) && !all {
			continue
		}
		d := readable.DifferenceOf(r)
		row := []string{string(r.Verdict), d.What, d.Statistic, d.Old, d.New, d.Change, d.Noise, d.Why}
		for i := range widths {
			widths[i] = max(widths[i], utf8.RuneCountInString(row[i]))
		}
		cells, shown = append(cells, row), append(shown, r)
	}
	for i, row := range cells {
		t := text{{verdictStyles[shown[i].Verdict], "  " + pad(row[0], widths[0])}, {plain, "  " + pad(row[1], widths[1]) + "  " + pad(row[2], widths[2])}}
		t = t.add(plain, "  "+padLeft(row[3], widths[3])+" → "+padLeft(row[4], widths[4])).add(bold, "  "+padLeft(row[5], widths[5]))
		lines = append(lines, t.add(dim, "  "+padLeft(row[6], widths[6])+"  "+row[7]))
	}
	return lines
}

func limitedLine(l compare.Limited) text {
	mark := span{good, "✓ "}
	if !l.OK {
		mark = span{bad, "✗ "}
	}
	t := text{mark, {plain, plaintext.Line(l.Limit)}}
	if l.Scenario != "" {
		t = t.add(plain, " in "+clean(l.Scenario))
	}
	return t.add(dim, "  "+clean(l.Why))
}
