package cluster

import (
	"slices"
	"testing"
	"time"

	"github.com/liveload/liveload/metrics"
	"github.com/liveload/liveload/node"
	"github.com/liveload/liveload/plan"
)

// TestWhatIsSaidOfMovedUsers: where they are now, and how many are missing.
func TestWhatIsSaidOfMovedUsers(t *testing.T) {
	share := func(node1, node2 int) []node.Share {
		return []node.Share{{Node: "b", Users: node1}, {Node: "c", Users: node2}}
	}
	for _, test := range []struct {
		moved   node.Moved
		note    string
		changes int
	}{
		{node.Moved{Users: 3, To: share(2, 1)}, "users of node a begin again elsewhere: 2 on b, 1 on c", 1},
		{node.Moved{Users: 3, To: share(2, 1), Unbegun: true}, "users of node a begin elsewhere: 2 on b, 1 on c", 1},
		{node.Moved{Users: 3, To: share(1, 0)}, "users of node a begin again elsewhere: 1 on b, 0 on c; there is no room for 2 more: their part of the load is missing from then on", 1},
		{node.Moved{Users: 0, To: share(0, 0)}, "node a had no users when it was lost: its part of what is still to come goes to the other nodes", 0},
		{node.Moved{Users: 3}, "the load of node a (3 users) is missing from then on", 0},
	} {
		b := newRunningBatch(nil, nil, time.Now(), []plan.Scenario{{Name: "shop"}}, nil)
		test.moved.Scenario = "shop"
		said := b.moved("a", &test.moved)
		c := b.commanded["shop"]
		if said != "shop: "+test.note || !slices.Equal(c.losses, []string{test.note}) || len(c.changes) != test.changes {
			t.Errorf("%+v: said %q, noted %q and %d changes; want %q and %d", test.moved, said, c.losses, len(c.changes), test.note, test.changes)
		}
	}
}

// TestWhatIsSaidOfLateNodes: the first ones are named, and the others counted.
func TestWhatIsSaidOfLateNodes(t *testing.T) {
	b := newRunningBatch(nil, nil, time.Now(), []plan.Scenario{{Name: "shop"}}, nil)
	for i := range 8 {
		b.late(string(rune('a'+i)), 2*time.Second)
	}
	result := metrics.Result{Name: "shop"}
	b.complete(&result, nil)
	notes := result.Health.Notes
	if len(notes) != 6 || notes[4] != "node e joined 2s after its users were due: they began late" || notes[5] != "3 more nodes joined late, too" {
		t.Errorf("notes %q", notes)
	}
}
