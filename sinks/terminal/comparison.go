package terminal

import (
	"fmt"
	"io"
	"strings"

	"github.com/liveload/liveload/metrics/compare"
	"github.com/liveload/liveload/sinks/plaintext"
	"github.com/liveload/liveload/sinks/readable"
)

// ComparisonOptions say how to write a comparison.
type ComparisonOptions struct {
	Color bool
	All   bool // numbers that are the same or unclear, too
	Width int  // columns of the terminal; 0 for what is none
}

// mostListed is how many failures and other texts of a kind are shown.
const mostListed = 8

// WriteComparison writes what differs between two runs. Nothing is cut: long lines go on in the next one.
func WriteComparison(out io.Writer, c compare.Comparison, o ComparisonOptions) error {
	width := o.Width
	if width <= 0 {
		width = unlimited
	}
	var lines []text
	for _, m := range c.Missing {
		t := text{{bad, "✗ "}, {bold, clean(m.Name)}, {plain, " is not compared: " + clean(m.In) + " has no numbers of it"}}
		if m.Why != "" {
			t = t.add(plain, ": "+clean(m.Why))
		}
		lines = append(lines, t)
	}
	for _, s := range c.Scenarios {
		lines = append(lines, comparisonLines(s, o.All, width)...)
	}
	for _, l := range c.Limits {
		lines = append(lines, limitedLine(l))
	}
	judged := readable.Judge(c)
	said := judged.Sentence()
	lines = append(lines, hanging(moods[judged.Mood], "", strings.ToUpper(said[:1])+said[1:]+".", width)...)
	var printed strings.Builder
	for _, l := range lines {
		printed.WriteString((painter{o.Color}).line(unlimited, l))
	}
	_, err := io.WriteString(out, printed.String())
	return err
}

var moods = map[readable.Mood]style{readable.Good: good, readable.Bad: bad, readable.Doubtful: warning}

func comparisonLines(s compare.Scenario, all bool, width int) []text {
	lines := hanging(bold, clean(s.Name)+"  ", clean(s.Old.File)+" → "+clean(s.New.File), width)
	for _, d := range s.Doubts {
		if d.Spoils {
			lines = append(lines, hanging(warning, "  ! ", clean(d.Text), width)...)
		} else {
			lines = append(lines, hanging(dim, "  ", clean(d.Text), width)...)
		}
	}
	if !s.Comparable() {
		lines = append(lines, text{{warning, "  Differences below say nothing about the application."}})
	}
	lines = append(lines, text{{plain, "  " + readable.Verdicts(s)}})
	lines = append(lines, differenceLines(s.Rows, all, width)...)
	for _, t := range s.Thresholds {
		if said := readable.ThresholdChange(t); said != "" {
			look := plain
			switch {
			case t.Lost():
				look = bad
			case t.Gained():
				look = good
			}
			lines = append(lines, hanging(look, "  threshold ", said, width)...)
		}
	}
	lines = append(lines, failureDifferences(bad, "new failures", s.NewFailures, width)...)
	lines = append(lines, failureDifferences(good, "failures that are gone", s.GoneFailures, width)...)
	lines = append(lines, measuredLines("only in the old run: ", s.OnlyOld, width)...)
	lines = append(lines, measuredLines("only in the new run: ", s.OnlyNew, width)...)
	return append(lines, text{})
}

func failureDifferences(look style, title string, all []compare.Failure, width int) (lines []text) {
	for i, f := range all {
		if i == 0 {
			lines = append(lines, text{{look, "  " + title}})
		}
		if i == mostListed {
			return append(lines, text{{dim, fmt.Sprintf("    and %s", plaintext.Plural(int64(len(all)-i), "other kind"))}})
		}
		lines = append(lines, hanging(plain, fmt.Sprintf("    ×%s ", plaintext.Count(f.Count)), clean(f.Kind+": "+f.Text), width)...)
	}
	return lines
}

func measuredLines(title string, all []compare.Measured, width int) []text {
	if len(all) == 0 {
		return nil
	}
	var names []string
	for i, m := range all {
		if i == mostListed {
			names = append(names, fmt.Sprintf("and %d more", len(all)-i))
			break
		}
		names = append(names, readable.OnlyMeasured(m))
	}
	return hanging(dim, "  ", title+strings.Join(names, ", "), width)
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

// hanging breaks a text between words. All lines after the first begin below its text.
func hanging(look style, lead, words string, width int) []text {
	return wrapped(text{{look, lead + words}}, width, columns(lead))
}
