package terminal

import (
	"fmt"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/standout"
)

// mostFindings is how much of what stands out the short summary shows, the most important first.
const mostFindings = 4

// standoutLines say what stands out. The full summary says how it was found, too.
func standoutLines(r *metrics.Result, how Summary, width int) []text {
	found := standout.Of(r)
	if len(found) == 0 {
		return nil
	}
	lines := []text{{}, {{warning, "  what stands out"}}}
	for i, f := range found {
		if i == mostFindings && how != Full {
			return append(lines, text{{dim, fmt.Sprintf("    and %d more, with --summary full or in the report", len(found)-i)}})
		}
		lines = append(lines, wrapped(text{{plain, "    " + clean(f.Sentence)}}, width, 6)...)
		if f.Doubt != "" {
			lines = append(lines, wrapped(text{{dim, "      " + clean(f.Doubt)}}, width, 6)...)
		}
		if how == Full {
			lines = append(lines, wrapped(text{{dim, "      " + clean(f.How) + " " + clean(f.Advice)}}, width, 6)...)
		}
	}
	return lines
}
