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

// moved notes what became of the load of a lost node, and says it.
func (b *runningBatch) moved(lost string, m *node.Moved) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := b.commanded[m.Scenario]
	where, missing := movedTo(m)
	if where != "" {
		c.list(metrics.Change{OffsetMS: b.elapsed().Milliseconds(), What: metrics.Moved, From: lost, To: where})
	}
	var said []string
	if where != "" {
		said = append(said, "users of node "+lost+" begin again elsewhere: "+where)
	}
	switch {
	case missing > 0 && where != "":
		said = append(said, fmt.Sprintf("there is no room for %d more: their part of the load is missing from then on", missing))
	case where == "":
		said = append(said, fmt.Sprintf("the load of node %s (%s) is missing from then on", lost, plan.Plural(m.Users, "user")))
	}
	note := strings.Join(said, "; ")
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
