package cluster

import (
	"fmt"
	"strings"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
)

// mostNamed is how many nodes a sentence names.
const mostNamed = 5

// moved notes what became of the load of a lost node, and returns the sentence for the log.
func (b *runningBatch) moved(lost string, m *node.Moved) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := b.commanded[m.Scenario]
	note := fmt.Sprintf("the load of node %s (%s) is missing from then on", lost, plan.Plural(m.Users, "user"))
	if where, missing := movedTo(m); where != "" {
		c.list(metrics.Change{OffsetMS: b.elapsed().Milliseconds(), What: metrics.Moved, From: lost, To: where})
		note = "users of node " + lost + " begin again elsewhere: " + where
		if missing > 0 {
			note += fmt.Sprintf("; there is no room for %d more: their part of the load is missing from then on", missing)
		}
	}
	c.losses = append(c.losses, note)
	return m.Scenario + ": " + note
}

// movedTo says where users have gone, "" for nowhere, and how many are missing.
func movedTo(m *node.Moved) (where string, missing int) {
	var nodes []string
	there := 0
	for _, share := range m.To {
		nodes = append(nodes, fmt.Sprintf("%d on %s", share.Users, share.Node))
		there += share.Users
	}
	missing = max(0, m.Users-there)
	if len(nodes) > mostNamed {
		return fmt.Sprintf("%d on %d nodes", there, len(nodes)), missing
	}
	return strings.Join(nodes, ", "), missing
}
