package terminal

import (
	"cmp"

	"github.com/liveload/liveload/metrics/compare"
	"github.com/liveload/liveload/sinks/readable"
)

var verdictStyles = map[compare.Verdict]style{compare.Better: good, compare.Worse: bad, compare.Changed: warning}

// allTogether is the label of a row that has none, below the name of its metric.
const allTogether = "(all)"

// A differenceTable has a line for each number, and above it a heading of those that stand together.
type differenceTable struct {
	rows   []compare.Row
	cells  [][numberOfCells]string
	widths [numberOfCells]int
}

// Cells of a line.
const (
	cellLabel = iota
	cellStatistic
	cellOld
	cellNew
	cellChange
	cellNoise
	numberOfCells
)

// leastLabel is how many columns labels have at least.
const leastLabel = 12

// differenceLines aligns the rows, in groups of a verdict and a metric. Labels that do not fit have a line of their own.
func differenceLines(rows []compare.Row, all bool, width int) (lines []text) {
	t := newDifferenceTable(rows, all)
	numbers := len("    ") + len(" → ")
	for _, w := range t.widths[cellStatistic:] {
		numbers += len("  ") + w
	}
	t.widths[cellLabel] = min(t.widths[cellLabel], max(width-numbers, leastLabel))
	for i, r := range t.rows {
		if i == 0 || groupOf(r) != groupOf(t.rows[i-1]) {
			lines = append(lines, heading(r, width)...)
		}
		lines = append(lines, t.line(i, width)...)
	}
	return lines
}

// heading is a verdict and a metric, and why that is unclear.
func heading(r compare.Row, width int) []text {
	d := readable.DifferenceOf(r)
	line := text{{verdictStyles[r.Verdict], "  " + string(r.Verdict)}, {plain, "  " + d.Metric}}
	if name := clean(r.Name); name != d.Metric { // which limits have
		line = line.add(dim, "  "+name)
	}
	if r.Why == "" {
		return []text{line}
	}
	if reason := "  " + clean(r.Why); line.columns()+columns(reason) <= width {
		return []text{line.add(dim, reason)}
	}
	return append([]text{line}, hanging(dim, "    ", clean(r.Why), width)...)
}

func newDifferenceTable(rows []compare.Row, all bool) (t differenceTable) {
	for _, r := range together(rows) {
		if (r.Verdict == compare.Same || r.Verdict == compare.Unclear) && !all {
			continue
		}
		d := readable.DifferenceOf(r)
		cells := [numberOfCells]string{cmp.Or(d.Label, allTogether), d.Statistic, d.Old, d.New, d.Change, d.Noise}
		for i := range t.widths {
			t.widths[i] = max(t.widths[i], columns(cells[i]))
		}
		t.rows, t.cells = append(t.rows, r), append(t.cells, cells)
	}
	return t
}

// A group is what stands below one heading.
type group struct {
	verdict     compare.Verdict
	metric, why string
	each        bool // per iteration
}

func groupOf(r compare.Row) group {
	return group{r.Verdict, r.Name, r.Why, r.Statistic == compare.PerIteration}
}

// together puts the rows of a group where its first one is.
func together(rows []compare.Row) (grouped []compare.Row) {
	of := make(map[group][]compare.Row)
	for _, r := range rows {
		of[groupOf(r)] = append(of[groupOf(r)], r)
	}
	for _, r := range rows {
		grouped = append(grouped, of[groupOf(r)]...)
		delete(of, groupOf(r))
	}
	return grouped
}

func (t differenceTable) line(i, width int) (lines []text) {
	c, w := t.cells[i], t.widths
	label := c[cellLabel]
	if columns(label) > w[cellLabel] {
		lines = append(lines, text{{plain, "    " + label}})
		label = ""
	}
	line := text{{plain, "    " + pad(label, w[cellLabel]) + "  " + pad(c[cellStatistic], w[cellStatistic]) + "  " + padLeft(c[cellOld], w[cellOld]) + " → " + padLeft(c[cellNew], w[cellNew])}}
	line = line.add(bold, "  "+padLeft(c[cellChange], w[cellChange])).add(dim, "  "+padLeft(c[cellNoise], w[cellNoise]))
	why := ""
	if t.rows[i].Why == "" { // otherwise the heading says it
		why = readable.DifferenceOf(t.rows[i]).Why
	}
	if why != "" && line.columns()+len("  ")+columns(why) > width {
		return append(append(lines, line), hanging(dim, "      ", why, width)...)
	}
	return append(lines, line.add(dim, "  "+why))
}
