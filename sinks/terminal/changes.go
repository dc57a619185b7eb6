package terminal

import (
	"fmt"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/sinks/readable"
)

// topChanges is how many changes the summary shows.
const topChanges = 12

// changeLines list what was changed while the scenario ran, and when.
func changeLines(changes []metrics.Change) []text {
	if len(changes) == 0 {
		return nil
	}
	lines := []text{{}, {{warning, "  changed while it ran"}}}
	for i, c := range changes {
		if i == topChanges {
			return append(lines, text{{dim, fmt.Sprintf("    and %d more, which are in the Result", len(changes)-topChanges)}})
		}
		lines = append(lines, text{{plain, "    " + padLeft(readable.Duration(c.Offset()), 7) + "  " + clean(c.String())}})
	}
	return lines
}
