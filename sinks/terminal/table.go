package terminal

import "strings"

// A tableRow is a name and cells, which are aligned at their right. What comes last is left out where it does not fit.
type tableRow struct {
	style style
	name  string
	cells []string
	last  text
}

// leastName is how many columns names have at least.
const leastName = 12

// nameWidth is how many columns names and labels take of a table's line at most, beside cells that take so many. A longer one
// has a line of its own, since its end often tells it from others.
func nameWidth(width, cells int) int { return max(min(width*45/100, 60, width-cells), leastName) }

// table aligns rows below their head.
func table(width int, rows []tableRow) []text {
	name, cells := columnsOf(rows, width)
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

// columnsOf are the widths of the names and of each cell.
func columnsOf(rows []tableRow, width int) (name int, cells []int) {
	taken := 0
	for _, r := range rows {
		for i, cell := range r.cells {
			if i == len(cells) {
				cells = append(cells, 0)
			}
			cells[i] = max(cells[i], columns(cell))
		}
	}
	for _, n := range cells {
		taken += len("  ") + n
	}
	most := nameWidth(width, taken)
	for _, r := range rows {
		if n := columns(r.name); n <= most {
			name = max(name, n)
		}
	}
	return name, cells
}
