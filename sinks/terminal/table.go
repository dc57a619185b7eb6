package terminal

import "strings"

// A tableRow is a name and cells, which are aligned at their right. What comes last is left out where it does not fit.
type tableRow struct {
	style style
	name  string
	cells []string
	last  text
}

// nameWidth is how many columns names and labels take of a table's line at most. A longer one has a line of its own, since
// its end often tells it from others.
func nameWidth(width int) int { return min(max(width*45/100, 24), 60) }

// table aligns rows below their head.
func table(width int, rows []tableRow) []text {
	most := nameWidth(width)
	name, cells := 0, make([]int, 0, 8)
	for _, r := range rows {
		if n := columns(r.name); n <= most {
			name = max(name, n)
		}
		for i, cell := range r.cells {
			if i == len(cells) {
				cells = append(cells, 0)
			}
			cells[i] = max(cells[i], columns(cell))
		}
	}
	var lines []text
	for _, r := range rows {
		if columns(r.name) > name && len(r.cells) > 0 {
			lines = append(lines, text{{whole, ""}, {r.style, r.name}})
			r.name = ""
		}
		var line strings.Builder
		line.WriteString(pad(r.name, name))
		for i, cell := range r.cells {
			line.WriteString("  " + padLeft(cell, cells[i]))
		}
		t := text{{r.style, line.String()}}
		if columns(line.String())+r.last.columns() <= width {
			t = append(t, r.last...)
		}
		lines = append(lines, t)
	}
	return lines
}
