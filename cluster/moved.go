package cluster

import (
	"fmt"
	"strings"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
	"github.com/liveload/liveload/runner"
)

// mostNamed is how many nodes a sentence names.
const mostNamed = 5

// moved takes what became of the load of a lost node: it is noted, and a search cannot go on when some of it is missing.
func (c *Controller) moved(lost string, m *node.Moved, running *runningBatch, search *search) {
	c.Log.Warn(running.moved(lost, m))
	if _, missing := movedTo(m); search != nil && (missing > 0 || len(m.To) == 0) {
		search.giveUp(lost)
	}
}

// again lets the present load settle again, since a node was lost that had a part of it.
func (s *search) again() {
	if s.last != nil && !s.waiting {
		s.began, s.before, s.ready, s.judging = s.last.Scenario(s.plan.Name).State.Elapsed, s.asked, unready, false
		s.openWindow()
	}
}

// giveUp ends the search: its loads cannot be made any more.
func (s *search) giveUp(lost string) {
	if s.failed == nil {
		s.failed = &runner.AbortError{Cause: fmt.Errorf("look for the limit of %s: a part of the load is missing since node %s was lost", s.plan.Name, lost)}
	}
}

// moved notes what became of the load of a lost node, and returns the sentence for the log.
func (b *runningBatch) moved(lost string, m *node.Moved) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	c := b.commanded[m.Scenario]
	note := fmt.Sprintf("the load of node %s (%s) is missing from then on", lost, plan.Plural(m.Users, "user"))
	switch where, missing := movedTo(m); {
	case where == "":
	case m.Users == 0:
		note = fmt.Sprintf("node %s had no users when it was lost: its part of what is still to come goes to the other nodes", lost)
	default:
		c.list(metrics.Change{OffsetMS: b.elapsed().Milliseconds(), What: metrics.Moved, From: lost, To: where})
		begin := "begin again"
		if m.Unbegun {
			begin = "begin"
		}
		note = "users of node " + lost + " " + begin + " elsewhere: " + where
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
