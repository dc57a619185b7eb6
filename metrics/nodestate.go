package metrics

import (
	"math"
	"time"
)

// nodeState is what an Aggregator knows of one node.
type nodeState struct {
	name    string
	newest  int64         // sequence number of its newest snapshot, 0 for none
	gaps    []gap         // missing before newest
	reached int           // second of its newest snapshot, -1 for none
	ended   bool          // it has sent its last one
	end     time.Duration // offset of the end of its newest snapshot
	late    int           // snapshots whose second was closed when they came
	lost    bool
	reason  string
	goneAt  int // the second in which its users ended, when it is lost
}

const forever = math.MaxInt32

// A gap is a range of snapshots that are missing, although later ones came.
type gap struct {
	from, to int64 // sequence numbers
	after    int   // second of the snapshot before
}

func newNodeState(name string) *nodeState {
	return &nodeState{name: name, reached: -1}
}

// accept notes that a snapshot came, and says whether it is new.
func (n *nodeState) accept(seq int64) bool {
	if seq > n.newest {
		if seq > n.newest+1 {
			n.gaps = append(n.gaps, gap{n.newest + 1, seq - 1, n.reached})
		}
		n.newest = seq
		return true
	}
	for i, g := range n.gaps {
		if seq < g.from || seq > g.to {
			continue
		}
		rest := make([]gap, 0, len(n.gaps)+1)
		rest = append(rest, n.gaps[:i]...)
		if seq > g.from {
			rest = append(rest, gap{g.from, seq - 1, g.after})
		}
		if seq < g.to {
			rest = append(rest, gap{seq + 1, g.to, g.after})
		}
		n.gaps = append(rest, n.gaps[i+1:]...)
		return true
	}
	return false
}

// complete is the last second up to which no snapshot of the node is missing: -1 for none, forever when it has
// ended. Gaps before oldest do not matter.
func (n *nodeState) complete(oldest int) int {
	last := n.reached
	if n.ended {
		last = forever
	}
	for _, g := range n.gaps {
		if g.after >= oldest {
			last = min(last, g.after)
		}
	}
	return last
}
