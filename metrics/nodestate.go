package metrics

import (
	"math"
	"time"
)

// nodeState is what an Aggregator knows of one node.
type nodeState struct {
	name      string
	newest    int64         // sequence number of its newest snapshot, 0 for none
	missing   map[int64]int // snapshots that have not come although later ones have: the second of the one before
	reached   int           // second of its newest snapshot, -1 for none
	ended     bool          // it has sent its last one
	end       time.Duration // offset of the end of its newest snapshot
	late      int           // snapshots whose second was closed when they came
	absurd    int           // snapshots whose numbers were far beyond
	lost      bool
	reason    string
	lostAfter time.Duration // since the start, when it was found to be lost
	goneAt    int           // the second in which its users ended, when it is lost
}

const forever = math.MaxInt32

// maxMissing is how many snapshots of a node may be missing although later ones have come: an hour of them.
const maxMissing = 3600

// accept notes that a snapshot came, and says whether it is new. One whose number is absurd is not.
func (n *nodeState) accept(seq int64) bool {
	if seq < 1 {
		return false
	}
	if seq-n.newest > maxMissing-int64(len(n.missing)) {
		n.absurd++
		return false
	}
	for ; n.newest < seq-1; n.newest++ {
		n.missing[n.newest+1] = n.reached
	}
	_, late := n.missing[seq]
	delete(n.missing, seq)
	isNew := late || seq > n.newest
	n.newest = max(n.newest, seq)
	return isNew
}

// complete is the last second up to which no snapshot of the node is missing: -1 for none, forever when it has
// ended. Snapshots that are missing since before oldest do not matter.
func (n *nodeState) complete(oldest int) int {
	last := n.reached
	if n.ended {
		last = forever
	}
	for _, before := range n.missing {
		if before >= oldest {
			last = min(last, before)
		}
	}
	return last
}
