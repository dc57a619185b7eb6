package terminal

import (
	"fmt"

	"github.com/liveload/liveload/metrics"
)

// mostRemarks is how many reasons and notes the short summary shows: of 200 nodes each may have one.
const mostRemarks = 10

// trustLines say why the numbers may not be believed, and what else there is to know about them.
func trustLines(r metrics.Result, how Summary, width int) []text {
	var lines []text
	if len(r.Health.Reasons)+len(r.Health.Notes) > 0 {
		lines = append(lines, text{})
	}
	for _, reason := range bounded(r.Health.Reasons, how) {
		lines = append(lines, wrapped(text{{warning, "  ! saturated: " + clean(reason)}}, width, 4)...)
	}
	for _, note := range bounded(r.Health.Notes, how) {
		lines = append(lines, wrapped(text{{dim, "  note: " + clean(note)}}, width, 4)...)
	}
	return lines
}

// bounded leaves out what would fill the screen, and says so.
func bounded(remarks []string, how Summary) []string {
	if how == Full || len(remarks) <= mostRemarks {
		return remarks
	}
	return append(remarks[:mostRemarks:mostRemarks], fmt.Sprintf("and %d more, which are in the Result", len(remarks)-mostRemarks))
}
