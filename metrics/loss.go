package metrics

import (
	"fmt"
	"time"
)

// NoteOfLoss is how the note of a Result begins that says when a node was lost.
func NoteOfLoss(node string) string { return "node " + node + " was lost after " }

// KeptNote is what the part says that a worker has kept for itself.
func KeptNote(node string) string {
	return fmt.Sprintf("node %s lost its controller: this is all that it has measured, and a Result of the controller may have a part of it", node)
}

// loss says of a lost node what the numbers have of it.
func (n *nodeState) loss() string {
	if n.newest == 0 {
		return fmt.Sprintf("node %s was lost before it began: %s", n.name, n.reason)
	}
	text := fmt.Sprintf("%s%v: %s", NoteOfLoss(n.name), tenths(n.lostAfter), n.reason)
	if n.ended {
		return text + "; all that it did counts"
	}
	return text + fmt.Sprintf("; its last report goes up to %v, and what it did later is missing", tenths(n.end))
}

func tenths(d time.Duration) time.Duration { return d.Round(100 * time.Millisecond) }
